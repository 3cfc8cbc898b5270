// The event log as a loop that goes on where it was, whatever happens to the connection.

import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, type Client as Stub } from "@connectrpc/connect";
import { waitFor } from "./calls.js";
import { errorFrom } from "./errors.js";
import {
  StreamEventsRequestSchema,
  type Event,
  type EventService,
  type StreamEventsRequest,
  type StreamEventsResponse,
} from "./gen/ampline/v1/event_pb.js";
import { pauseAfter, type Patience } from "./retries.js";

/** Errors that asking again does not cure. */
const HOPELESS: ReadonlySet<Code> = new Set([
  Code.InvalidArgument,
  Code.NotFound,
  Code.OutOfRange,
  Code.PermissionDenied,
  Code.Unauthenticated,
  Code.Unimplemented,
]);

/** A stream has a heartbeat every 15 s: one that is silent for longer is dead. */
const SILENCE_MS = 45_000;
const MOST_FAILURES = 10;

/**
 * Iterates over events, and resumes after the last one when the stream ends, however it ends.
 *
 * Throws an AmplineError only where asking again is no use: the key, the filters, or OutOfRange when
 * the cursor is older than what the server keeps.
 */
export class EventStream implements AsyncIterable<Event> {
  readonly #request: StreamEventsRequest;
  readonly #closed = new AbortController();
  #failures = 0;

  constructor(
    private readonly service: Stub<typeof EventService>,
    request: MessageInitShape<typeof StreamEventsRequestSchema>,
    private readonly patience: Patience,
    private readonly silenceMs: number = SILENCE_MS,
  ) {
    this.#request = create(StreamEventsRequestSchema, request);
  }

  /** Where it is: store it, and begin `after` it another time. Heartbeats move it too. */
  get cursor(): string {
    return this.#request.after;
  }

  /** Ends the stream, and the loop over it. */
  close(): void {
    this.#closed.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event> {
    while (!this.#closed.signal.aborted) {
      try {
        for await (const message of this.#open()) {
          this.#note(message);
          if (message.event !== undefined) {
            yield message.event;
          }
        }
      } catch (failure) {
        const error = errorFrom(failure);
        if (HOPELESS.has(error.status) && !this.#closed.signal.aborted) {
          throw error;
        }
      }
      this.#failures = Math.min(this.#failures + 1, MOST_FAILURES);
      await waitFor(pauseAfter(this.#failures, this.patience), this.#closed.signal);
    }
  }

  /** One stream, which ends when it has been silent for too long, or when it is closed. */
  async *#open(): AsyncGenerator<StreamEventsResponse> {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    this.#closed.signal.addEventListener("abort", end);
    let timer = setTimeout(end, this.silenceMs);
    try {
      for await (const message of this.service.streamEvents(this.#request, { signal: ending.signal, timeoutMs: 0 })) {
        clearTimeout(timer);
        yield message;
        timer = setTimeout(end, this.silenceMs);
      }
    } finally {
      clearTimeout(timer);
      this.#closed.signal.removeEventListener("abort", end);
      end();
    }
  }

  /** Remembers the place, and that the server is well. */
  #note(message: StreamEventsResponse): void {
    this.#failures = 0;
    const cursor = message.cursor || (message.event?.cursor ?? "");
    if (cursor !== "") {
      this.#request.after = cursor;
      delete this.#request.startTime;
    }
  }
}
