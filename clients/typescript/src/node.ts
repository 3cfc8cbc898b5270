/**
 * The client for Node: gRPC over HTTP/2.
 *
 *     const client = new Client("localhost:8080", { key });
 *     for await (const session of client.list(client.sessions.listSessions, { state: Session_State.ACTIVE })) {
 *       console.log(session.name, session.energyWh);
 *     }
 */

import { createGrpcTransport, Http2SessionManager } from "@connectrpc/connect-node";
import { ConnectionWithServices, type ClientOptions } from "./client.js";

export * from "./exports.js";

/** What can be said of a client in Node. */
export interface NodeClientOptions extends ClientOptions {
  /** Whether to speak TLS. */
  tls?: boolean;
  /** The authorities to trust (PEM) instead of the usual ones, which implies `tls`. */
  rootCertificates?: string | Uint8Array;
}

// A stream has a heartbeat every 15 s: one that is silent for longer is asked whether it lives.
const PINGS = { pingIntervalMs: 30_000, pingTimeoutMs: 10_000, pingIdleConnection: false };
const LARGEST_MESSAGE = 64 * 2 ** 20;

/**
 * A connection to Ampline, which is made when first used.
 *
 * Calls that only read, and calls with a `requestId`, are made again while the server cannot be
 * reached, as `patience` says; a missing `requestId` is filled in, so that what is made again
 * happens once. Errors are `AmplineError`.
 */
export class Client extends ConnectionWithServices {
  /** `address` is host:port, or a URL. */
  constructor(address = "localhost:8080", options: NodeClientOptions = {}) {
    const ca = options.rootCertificates;
    const nodeOptions = ca === undefined ? {} : { ca: typeof ca === "string" ? ca : Buffer.from(ca) };
    const url = urlOf(address, options.tls === true || ca !== undefined);
    const sessionManager = new Http2SessionManager(url, PINGS, nodeOptions);
    const transport = createGrpcTransport({ baseUrl: url, sessionManager, readMaxBytes: LARGEST_MESSAGE });
    super(transport, options, () => sessionManager.abort());
  }
}

function urlOf(address: string, tls: boolean): string {
  return address.includes("://") ? address : `${tls ? "https" : "http"}://${address}`;
}
