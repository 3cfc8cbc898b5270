// What the client does around every call.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Client, Code, DeadlineExceeded, FailedPrecondition, InvalidArgument, ResourceExhausted, Unavailable } from "ampline";
import { type StartSessionRequest } from "ampline/v1/charge_point_action";
import { type ListSessionsRequest, Session_State } from "ampline/v1/session";
import { Peer, refuse, type Answers } from "./peer.ts";

const PATIENCE = { attempts: 4, firstPauseMs: 1, longestPauseMs: 10 };
const peer = new Peer();
let client: Client;

async function serve(answers: Answers, timeoutMs = 10_000): Promise<void> {
  client = new Client(await peer.start(answers), { key: "a key", patience: PATIENCE, timeoutMs });
}

afterEach(async () => {
  client.close();
  await peer.stop();
});

/** Fails so often, then answers. */
function failing<R>(times: number, code: Code, reason = "", waitMs = 0): { answer: (request: R) => object; asked: R[] } {
  const asked: R[] = [];
  const answer = (request: R): object => {
    asked.push(request);
    return asked.length <= times ? refuse(code, reason, { waitMs }) : {};
  };
  return { answer, asked };
}

test("the key and a deadline go along", async () => {
  let headers = new Headers();
  let left = 0;
  await serve({
    list: (_, context) => {
      headers = context.requestHeader;
      left = context.timeoutMs() ?? 0;
      return {};
    },
  });
  await client.sessions.listSessions({});
  assert.equal(headers.get("authorization"), "Bearer a key");
  assert.ok(left > 8_000 && left <= 10_000);
  await client.sessions.listSessions({}, { timeoutMs: 3_000 });
  assert.ok(left > 1_000 && left <= 3_000);
});

test("pages follow one another, empty ones too", async () => {
  const asked: ListSessionsRequest[] = [];
  const pages: Record<string, object> = {
    "": { sessions: [{ name: "sessions/1" }], nextPageToken: "t2" },
    t2: { nextPageToken: "t3" },
    t3: { sessions: [{ name: "sessions/2" }] },
  };
  await serve({ list: (request) => (asked.push(request), pages[request.pageToken]!) });
  const names: string[] = [];
  const wanted = { pageSize: 2, state: Session_State.ACTIVE };
  for await (const session of client.list(client.sessions.listSessions, wanted)) {
    names.push(session.name);
  }
  assert.deepEqual(names, ["sessions/1", "sessions/2"]);
  assert.deepEqual(asked.map((each) => each.pageToken), ["", "t2", "t3"]);
  assert.ok(asked.every((each) => each.pageSize === 2 && each.state === Session_State.ACTIVE));
});

test("what only reads is called again while the server is away", async () => {
  const { answer, asked } = failing<ListSessionsRequest>(3, Code.Unavailable);
  await serve({ list: answer });
  await client.sessions.listSessions({});
  assert.equal(asked.length, 4);
});

test("patience ends", async () => {
  const { answer, asked } = failing<ListSessionsRequest>(9, Code.Unavailable, "SHUTTING_DOWN");
  await serve({ list: answer });
  await assert.rejects(client.sessions.listSessions({}), (error) => {
    assert.ok(error instanceof Unavailable);
    assert.equal(error.reason, "SHUTTING_DOWN");
    return true;
  });
  assert.equal(asked.length, 4);
});

test("what changes something is repeated under one request id", async () => {
  const { answer, asked } = failing<StartSessionRequest>(2, Code.Unavailable);
  await serve({ start: answer });
  await client.chargePointActions.startSession({ chargePoint: "chargePoints/CP-1" });
  assert.equal(asked.length, 3);
  assert.match(asked[0]!.requestId!, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(asked.map((each) => each.requestId)).size, 1);
  const requestId = "6f1c1a4e-0d3b-4c5e-9a51-1d0c6a3f7b20";
  await client.chargePointActions.startSession({ chargePoint: "chargePoints/CP-1", requestId });
  assert.equal(asked.at(-1)!.requestId, requestId);
});

test("a charger that is away is not asked again", async () => {
  const { answer, asked } = failing<StartSessionRequest>(9, Code.Unavailable, "CHARGER_OFFLINE");
  await serve({ start: answer });
  await assert.rejects(client.chargePointActions.startSession({ chargePoint: "chargePoints/CP-1" }), Unavailable);
  assert.equal(asked.length, 1);
});

test("whoever is asked to wait, waits", async () => {
  const { answer, asked } = failing<ListSessionsRequest>(1, Code.ResourceExhausted, "TOO_MANY_REQUESTS", 200);
  await serve({ list: answer });
  const begin = performance.now();
  await client.sessions.listSessions({});
  assert.equal(asked.length, 2);
  assert.ok(performance.now() - begin >= 199);
});

test("errors tell their reason and the faulty fields", async () => {
  const faults = { "charge_point": "is required", "evse": "must be positive" };
  await serve({ start: () => refuse(Code.InvalidArgument, "INVALID_FIELD", { faults, metadata: { a: "b" } }) });
  await assert.rejects(client.chargePointActions.startSession({}), (error) => {
    assert.ok(error instanceof InvalidArgument);
    assert.equal(error.status, Code.InvalidArgument);
    assert.equal(error.told, "no");
    assert.deepEqual(error.metadata, { a: "b" });
    assert.deepEqual(error.fieldViolations.map((each) => each.field), ["charge_point", "evse"]);
    assert.equal(error.message, "no [INVALID_FIELD] (charge_point: is required; evse: must be positive)");
    return true;
  });
});

test("other errors are not repeated", async () => {
  const { answer, asked } = failing<StartSessionRequest>(9, Code.FailedPrecondition, "CHARGER_REJECTED");
  await serve({ start: answer });
  await assert.rejects(client.chargePointActions.startSession({}), FailedPrecondition);
  assert.equal(asked.length, 1);
});

test("a deadline holds for all attempts together", async () => {
  const { answer } = failing<ListSessionsRequest>(99, Code.ResourceExhausted, "TOO_MANY_REQUESTS", 900);
  await serve({ list: answer }, 300);
  const begin = performance.now();
  await assert.rejects(client.sessions.listSessions({}), ResourceExhausted);
  assert.ok(performance.now() - begin < 300, "a pause that would outlast the deadline is not begun");
});

test("a server that never answers is given up", async () => {
  await serve({ list: () => new Promise(() => undefined) as never }, 200);
  await assert.rejects(client.sessions.listSessions({}), DeadlineExceeded);
});

test("a server that comes back is found", async () => {
  const address = await peer.start({ list: () => ({}) });
  client = new Client(address, { patience: { attempts: 9, firstPauseMs: 20, longestPauseMs: 50 } });
  await client.sessions.listSessions({});
  await peer.stop();
  const waiting = client.sessions.listSessions({});
  await peer.start({ list: () => ({ nextPageToken: "back" }) }, address);
  assert.equal((await waiting).nextPageToken, "back");
});
