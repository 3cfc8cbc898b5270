// node tests/platform/node.ts ADDRESS KEY ID [CERTIFICATE]

import { readFileSync } from "node:fs";
import { Client } from "ampline";
import { visit } from "./visit.ts";

const [address, key, id, certificate] = process.argv.slice(2) as [string, string, string, string?];
const trusted = certificate === undefined ? {} : { rootCertificates: readFileSync(certificate) };
const client = new Client(address, { key, ...trusted });
const stranger = new Client(address, { key: "wrong", ...trusted });
console.log((await visit(client, stranger, id)).join(" "));
client.close();
stranger.close();
