// A connection to Ampline, over whatever transport it is given.

import { type DescService, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient, type CallOptions, type Client as Stub, type Transport } from "@connectrpc/connect";
import { Calls } from "./calls.js";
import { EventStream } from "./events.js";
import { type StreamEventsRequestSchema } from "./gen/ampline/v1/event_pb.js";
import { services } from "./gen/services.js";
import { itemsOf, pages, type ItemOf, type ListMethod, type Page } from "./pages.js";
import { PATIENCE, type Patience } from "./retries.js";

/** What can be said of a client. */
export interface ClientOptions {
  /** An API key. */
  key?: string;
  /** How long a call may take with its retries, unless it has a `timeoutMs` of its own. A charger is given 30 s. */
  timeoutMs?: number;
  patience?: Patience;
}

type Services = { readonly [N in keyof typeof services]: Stub<(typeof services)[N]> };
type StreamEvents = MessageInitShape<typeof StreamEventsRequestSchema>;

const TIMEOUT_MS = 35_000;

/** The services, each under the name of its nouns, and what goes beyond single calls. */
class Connection {
  readonly #patience: Patience;
  readonly #streams = new Set<WeakRef<EventStream>>();

  constructor(
    transport: Transport,
    options: ClientOptions,
    private readonly hangUp: () => void = () => undefined,
  ) {
    this.#patience = options.patience ?? PATIENCE;
    const calls = new Calls(transport, options.key, options.timeoutMs ?? TIMEOUT_MS, this.#patience);
    for (const [name, service] of Object.entries<DescService>(services)) {
      Object.defineProperty(this, name, { value: createClient(service, calls), enumerable: true });
    }
  }

  /** The pages of a List method, as far as they are asked for. */
  pages<R, P extends Page>(method: ListMethod<R, P>, request: R, options?: CallOptions): AsyncGenerator<P> {
    return pages(method, request, options);
  }

  /** The items of all pages of a List method, from the request's page on. */
  async *list<R, P extends Page>(
    method: ListMethod<R, P>,
    request: R,
    options?: CallOptions,
  ): AsyncGenerator<ItemOf<P>> {
    for await (const page of pages(method, request, options)) {
      yield* itemsOf(page);
    }
  }

  /**
   * The events to come or, with `after` a cursor or `startTime`, those since then as well.
   *
   * `types` may have stars: `session.*`. The loop ends only when it is closed.
   */
  events(request: StreamEvents = {}): EventStream {
    const service = (this as unknown as Services).eventLog;
    const stream = new EventStream(service, request, this.#patience);
    this.#streams.add(new WeakRef(stream));
    return stream;
  }

  /** Closes the connection: loops over events end, calls that wait fail. */
  close(): void {
    for (const stream of this.#streams) {
      stream.deref()?.close();
    }
    this.#streams.clear();
    this.hangUp();
  }
}

/** A Connection with its services, which are put into it by their names. */
export const ConnectionWithServices = Connection as new (
  ...parameters: ConstructorParameters<typeof Connection>
) => Connection & Services;
