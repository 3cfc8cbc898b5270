// A gRPC server of the tests' own, which answers what it is told to answer.

import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import { type AddressInfo } from "node:net";
import { type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ChargePointActionService, type StartSessionRequest, type StartSessionResponseSchema } from "ampline/v1/charge_point_action";
import { EventService, type StreamEventsRequest, type StreamEventsResponseSchema } from "ampline/v1/event";
import { SessionService, type ListSessionsRequest, type ListSessionsResponseSchema } from "ampline/v1/session";
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from "../src/gen/google/rpc/error_details_pb.ts";

type Events = AsyncIterable<MessageInitShape<typeof StreamEventsResponseSchema>>;

/** What is answered, call by call. */
export interface Answers {
  list?: (request: ListSessionsRequest, context: HandlerContext) => MessageInitShape<typeof ListSessionsResponseSchema>;
  start?: (request: StartSessionRequest) => MessageInitShape<typeof StartSessionResponseSchema>;
  stream?: (request: StreamEventsRequest, context: HandlerContext) => Events;
}

export class Peer {
  readonly #sessions = new Set<ServerHttp2Session>();
  #server: Http2Server | undefined;

  /** Listens; returns host:port, that of `address` if it is given. */
  async start(answers: Answers, address = "127.0.0.1:0"): Promise<string> {
    const missing = (): never => refuse(Code.Unimplemented);
    const handler = connectNodeAdapter({
      routes: (router) => {
        router.service(SessionService, { listSessions: answers.list ?? missing });
        router.service(ChargePointActionService, { startSession: answers.start ?? missing });
        router.service(EventService, { streamEvents: answers.stream ?? missing });
      },
    });
    const server = createServer(handler);
    server.on("session", (session) => this.#sessions.add(session));
    const [host, port] = address.split(":");
    await new Promise<void>((resolve) => server.listen(Number(port), host, resolve));
    this.#server = server;
    return `127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Cuts all connections, and listens no more. */
  async stop(): Promise<void> {
    for (const session of this.#sessions) {
      session.destroy();
    }
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}

/** Ends a call with an error and its details. */
export function refuse(code: Code, reason = "", more: Refusal = {}): never {
  const info = { desc: ErrorInfoSchema, value: { reason, domain: "ampline", metadata: more.metadata ?? {} } };
  const faults = Object.entries(more.faults ?? {}).map(([field, description]) => ({ field, description }));
  const request = { desc: BadRequestSchema, value: { fieldViolations: faults } };
  const wait = { desc: RetryInfoSchema, value: { retryDelay: { nanos: (more.waitMs ?? 0) * 1e6 } } };
  const details = [...(reason ? [info] : []), ...(faults.length ? [request] : []), ...(more.waitMs ? [wait] : [])];
  throw new ConnectError("no", code, undefined, details);
}

interface Refusal {
  metadata?: Record<string, string>;
  faults?: Record<string, string>;
  waitMs?: number;
}
