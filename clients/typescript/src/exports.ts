// What the package has everywhere.

export { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
export { Code } from "@connectrpc/connect";
export type { ClientOptions } from "./client.js";
export * from "./errors.js";
export { EventStream } from "./events.js";
export type { Patience } from "./retries.js";
