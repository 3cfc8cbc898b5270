/**
 * The client for browsers: gRPC-web, through the public port.
 *
 *     const client = new Client("https://charging.example", { key });
 *
 * The page's origin must be among AMPLINE_CORS_ORIGINS, unless it is the platform's own. Whoever
 * opens the page can read the key: give it one that may do no more than they.
 */

import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { ConnectionWithServices, type ClientOptions } from "./client.js";

export * from "./exports.js";

/** A connection to Ampline; see the client for Node, which does the same. */
export class Client extends ConnectionWithServices {
  /** `address` is the URL of the public port; the page's own origin, if it is not said. */
  constructor(address: string = globalThis.location.origin, options: ClientOptions = {}) {
    const baseUrl = address.includes("://") ? address : `${globalThis.location.protocol}//${address}`;
    super(createGrpcWebTransport({ baseUrl }), options);
  }
}
