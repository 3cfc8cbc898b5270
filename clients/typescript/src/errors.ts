// What goes wrong, as exceptions: one class a gRPC status, each with the server's reason.

import { Code, ConnectError } from "@connectrpc/connect";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "./gen/google/rpc/error_details_pb.js";

/** A field of the request that is wrong. */
export interface FieldViolation {
  /** Its path, such as `location.display_name`. */
  readonly field: string;
  /** What is wrong with it. */
  readonly description: string;
}

/** What an error tells besides its status and its message. */
export interface ErrorDetails {
  readonly reason?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly fieldViolations?: readonly FieldViolation[];
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
}

/** A call failed. */
export class AmplineError extends Error {
  /** A name of `ampline.v1.ErrorReason`, such as `CHARGER_OFFLINE`; empty without one. */
  readonly reason: string;
  /** What the reason tells more, under the keys that error.proto names. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly fieldViolations: readonly FieldViolation[];
  /** How long the server asks to wait before the call is made again, if it does. */
  readonly retryAfterMs: number | undefined;

  constructor(
    /** The gRPC status. */
    readonly status: Code,
    /** The server's words alone. */
    readonly told: string,
    details: ErrorDetails = {},
  ) {
    super(describe(status, told, details), { cause: details.cause });
    this.name = new.target.name;
    this.reason = details.reason ?? "";
    this.metadata = details.metadata ?? {};
    this.fieldViolations = details.fieldViolations ?? [];
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** The call was cancelled. */
export class Cancelled extends AmplineError {}
/** The server does not know what went wrong. */
export class Unknown extends AmplineError {}
/** The request is wrong; `fieldViolations` says where. */
export class InvalidArgument extends AmplineError {}
/** No answer in time: whether the call took effect is not known. */
export class DeadlineExceeded extends AmplineError {}
/** There is no such resource, or none that the key may see. */
export class NotFound extends AmplineError {}
/** The id, or a unique field, is taken. */
export class AlreadyExists extends AmplineError {}
/** The key may not do this. */
export class PermissionDenied extends AmplineError {}
/** Too much, or too fast. */
export class ResourceExhausted extends AmplineError {}
/** Not in the present state of things: a charger or a rule refused. */
export class FailedPrecondition extends AmplineError {}
/** Somebody else changed the resource meanwhile: read it again. */
export class Aborted extends AmplineError {}
/** The cursor is older than what is kept. */
export class OutOfRange extends AmplineError {}
/** The server has no such method. */
export class Unimplemented extends AmplineError {}
/** A fault of the server. */
export class Internal extends AmplineError {}
/** The server, or the charger, cannot be reached. */
export class Unavailable extends AmplineError {}
/** No key, or one that does not count. */
export class Unauthenticated extends AmplineError {}

const CLASSES: Partial<Record<Code, typeof AmplineError>> = {
  [Code.Canceled]: Cancelled,
  [Code.Unknown]: Unknown,
  [Code.InvalidArgument]: InvalidArgument,
  [Code.DeadlineExceeded]: DeadlineExceeded,
  [Code.NotFound]: NotFound,
  [Code.AlreadyExists]: AlreadyExists,
  [Code.PermissionDenied]: PermissionDenied,
  [Code.ResourceExhausted]: ResourceExhausted,
  [Code.FailedPrecondition]: FailedPrecondition,
  [Code.Aborted]: Aborted,
  [Code.OutOfRange]: OutOfRange,
  [Code.Unimplemented]: Unimplemented,
  [Code.Internal]: Internal,
  [Code.Unavailable]: Unavailable,
  [Code.Unauthenticated]: Unauthenticated,
};

/** The exception for whatever a call was ended by, with what its details tell. */
export function errorFrom(failure: unknown): AmplineError {
  if (failure instanceof AmplineError) {
    return failure;
  }
  const error = ConnectError.from(failure);
  const [info] = error.findDetails(ErrorInfoSchema);
  const [request] = error.findDetails(BadRequestSchema);
  const [wait] = error.findDetails(RetryInfoSchema);
  const status = info === undefined ? statusOfCut(error) : error.code;
  return new (CLASSES[status] ?? AmplineError)(status, error.rawMessage, {
    reason: info?.reason ?? "",
    metadata: info?.metadata ?? {},
    fieldViolations: request?.fieldViolations.map(({ field, description }) => ({ field, description })) ?? [],
    retryAfterMs: wait?.retryDelay && Number(wait.retryDelay.seconds) * 1000 + wait.retryDelay.nanos / 1e6,
    cause: failure,
  });
}

/**
 * The status of an error that does not come from the server. A connection that was cut is told of in
 * several ways: browsers throw a TypeError, Node aborts the stream, or closes it without an end.
 */
function statusOfCut(error: ConnectError): Code {
  const byBrowser = error.code === Code.Unknown && error.cause instanceof TypeError;
  const byNode = error.code === Code.Aborted || (error.code === Code.Internal && error.cause instanceof Error);
  return byBrowser || byNode ? Code.Unavailable : error.code;
}

function describe(status: Code, told: string, details: ErrorDetails): string {
  const faults = (details.fieldViolations ?? []).map(({ field, description }) => `${field}: ${description}`);
  const reason = details.reason || Code[status];
  return `${told} [${reason}]` + (faults.length ? ` (${faults.join("; ")})` : "");
}
