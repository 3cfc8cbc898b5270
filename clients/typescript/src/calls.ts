// What the client does around every call: the key, the deadline, the retries, the errors.

import {
  type DescMessage,
  type DescMethodStreaming,
  type DescMethodUnary,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { type ContextValues, type StreamResponse, type Transport, type UnaryResponse } from "@connectrpc/connect";
import { errorFrom } from "./errors.js";
import { isHarmless, pauseBeforeRetry, withRequestId, type Patience } from "./retries.js";

/** Stands between the services and a transport. Whatever it throws is an AmplineError. */
export class Calls implements Transport {
  constructor(
    private readonly transport: Transport,
    private readonly key: string | undefined,
    private readonly timeoutMs: number,
    private readonly patience: Patience,
  ) {}

  /** Makes a call, again where that is harmless and helps, within one deadline. */
  async unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: MessageInitShape<I>,
    context?: ContextValues,
  ): Promise<UnaryResponse<I, O>> {
    const request = withRequestId(method, input);
    const harmless = isHarmless(method, request);
    const end = performance.now() + (timeoutMs ?? this.timeoutMs);
    for (let attempt = 1; ; attempt++) {
      try {
        const left = Math.max(1, Math.ceil(end - performance.now()));
        return await this.transport.unary(method, signal, left, this.#authorized(header), request, context);
      } catch (failure) {
        const error = errorFrom(failure);
        const pause = harmless ? pauseBeforeRetry(error, attempt, this.patience) : undefined;
        if (pause === undefined || performance.now() + pause >= end || signal?.aborted) {
          throw error;
        }
        await waitFor(pause, signal);
      }
    }
  }

  /** Opens a stream, without a deadline unless one is given. */
  async stream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodStreaming<I, O>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    header: HeadersInit | undefined,
    input: AsyncIterable<MessageInitShape<I>>,
    context?: ContextValues,
  ): Promise<StreamResponse<I, O>> {
    try {
      const headers = this.#authorized(header);
      const response = await this.transport.stream(method, signal, timeoutMs, headers, input, context);
      return { ...response, message: withOwnErrors(response.message) };
    } catch (failure) {
      throw errorFrom(failure);
    }
  }

  #authorized(header: HeadersInit | undefined): Headers {
    const headers = new Headers(header);
    if (this.key !== undefined) {
      headers.set("authorization", `Bearer ${this.key}`);
    }
    return headers;
  }
}

/** Waits that long, or until the signal. */
export function waitFor(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
    if (signal?.aborted) {
      done();
    }
  });
}

async function* withOwnErrors<M>(messages: AsyncIterable<M>): AsyncGenerator<M> {
  try {
    yield* messages;
  } catch (failure) {
    throw errorFrom(failure);
  }
}
