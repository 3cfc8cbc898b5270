// Bundled for a page, which then calls `visitPlatform`.

import { Client } from "ampline";
import { visit } from "./visit.ts";

declare global {
  var visitPlatform: (address: string, key: string, id: string) => Promise<string[]>;
}

globalThis.visitPlatform = async (address, key, id) => {
  const client = new Client(address, { key });
  const done = await visit(client as never, new Client(address, { key: "wrong" }) as never, id);
  client.close();
  return done;
};
