// Which calls are made again, when, and how often.

import { getOption, type DescMethod } from "@bufbuild/protobuf";
import { Code } from "@connectrpc/connect";
import { type AmplineError } from "./errors.js";
import { http } from "./gen/google/api/annotations_pb.js";

/** How often a call is made, and how long it is waited in between. */
export interface Patience {
  /** Calls at most, the first included. */
  readonly attempts: number;
  /** Before the second attempt, at most; doubled for each further one. */
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

export const PATIENCE: Patience = { attempts: 7, firstPauseMs: 100, longestPauseMs: 5_000 };

/** UNAVAILABLE is the charger here, not the server: asking again at once changes nothing. */
const CHARGER_OFFLINE = "CHARGER_OFFLINE";

/** How long to wait after so many attempts: random, so that clients do not come in step. */
export function pauseAfter(attempt: number, patience: Patience): number {
  const most = Math.min(patience.longestPauseMs, patience.firstPauseMs * 2 ** (attempt - 1));
  return most / 2 + (Math.random() * most) / 2;
}

/** How long to wait before a call is made again; undefined if it is not to be. */
export function pauseBeforeRetry(error: AmplineError, attempt: number, patience: Patience): number | undefined {
  if (!isPassing(error) || attempt >= patience.attempts) {
    return undefined;
  }
  return Math.max(pauseAfter(attempt, patience), error.retryAfterMs ?? 0);
}

/** Whether the error may be gone soon. */
function isPassing(error: AmplineError): boolean {
  if (error.status === Code.ResourceExhausted) {
    return error.retryAfterMs !== undefined;
  }
  return error.status === Code.Unavailable && error.reason !== CHARGER_OFFLINE;
}

/** Whether a call can be repeated: it only reads, or the server knows its requestId. */
export function isHarmless(method: DescMethod, request: object): boolean {
  return getOption(method, http).pattern.case === "get" || requestIdOf(request) !== "";
}

/** The request, with a new requestId if it takes one and has none. */
export function withRequestId<R extends object>(method: DescMethod, request: R): R {
  if (method.input.field["requestId"] === undefined || requestIdOf(request) !== "") {
    return request;
  }
  return { ...request, requestId: newUuid() };
}

function requestIdOf(request: { requestId?: string }): string {
  return request.requestId ?? "";
}

/** A random UUID. `crypto.randomUUID` is there only on pages that came by TLS. */
function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
