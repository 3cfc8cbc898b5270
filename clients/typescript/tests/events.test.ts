// The stream of events goes on where it was.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Client, Code, OutOfRange } from "ampline";
import { type StreamEventsRequest } from "ampline/v1/event";
import { Peer, refuse, type Answers } from "./peer.ts";

const PATIENCE = { attempts: 4, firstPauseMs: 1, longestPauseMs: 10 };
const peer = new Peer();
let client: Client;
let address: string;

async function serve(stream: NonNullable<Answers["stream"]>): Promise<void> {
  address = await peer.start({ stream });
  client = new Client(address, { patience: PATIENCE, timeoutMs: 200 });
}

afterEach(async () => {
  client.close();
  await peer.stop();
});

const event = (position: number) => ({ event: { cursor: `c${position}`, type: "session.started" } });

test("it resumes behind the last event, however the stream ends", async () => {
  const asked: StreamEventsRequest[] = [];
  await serve(async function* (request) {
    asked.push(request);
    if (asked.length === 1) {
      yield event(1);
    } else if (asked.length === 2) {
      yield event(2);
      yield { cursor: "c3" };
      refuse(Code.ResourceExhausted, "SLOW_SUBSCRIBER");
    } else {
      yield event(4);
    }
  });
  const stream = client.events({ types: ["session.*"], after: "c0" });
  const cursors: string[] = [];
  for await (const each of stream) {
    cursors.push(each.cursor);
    if (cursors.length === 3) {
      break;
    }
  }
  assert.deepEqual(cursors, ["c1", "c2", "c4"]);
  assert.deepEqual(asked.map((each) => each.after), ["c0", "c1", "c3"]);
  assert.ok(asked.every((each) => each.types[0] === "session.*"));
  assert.equal(stream.cursor, "c4");
});

test("it outlives its deadline, and a server that is gone for a while", async () => {
  let calls = 0;
  const stream: NonNullable<Answers["stream"]> = async function* (request, context) {
    calls += 1;
    yield event(Number(request.after.slice(1) || 0) + 1);
    await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
  };
  await serve(stream);
  const events = client.events()[Symbol.asyncIterator]();
  assert.equal((await events.next()).value.cursor, "c1");
  const next = events.next();
  await peer.stop();
  await peer.start({ stream }, address);
  assert.equal((await next).value.cursor, "c2");
  assert.equal(calls, 2);
});

test("what asking again does not cure is thrown", async () => {
  let calls = 0;
  await serve(async function* () {
    calls += 1;
    refuse(Code.OutOfRange, "CURSOR_EXPIRED", { metadata: { oldest_cursor: "c9" } });
  });
  await assert.rejects(client.events({ after: "c1" })[Symbol.asyncIterator]().next(), (error) => {
    assert.ok(error instanceof OutOfRange);
    assert.equal(error.reason, "CURSOR_EXPIRED");
    assert.equal(error.metadata["oldest_cursor"], "c9");
    return true;
  });
  assert.equal(calls, 1);
});

test("closing ends the loop", async () => {
  await serve(async function* (_, context) {
    yield event(1);
    await new Promise((resolve) => context.signal.addEventListener("abort", resolve));
  });
  const stream = client.events();
  for await (const _ of stream) {
    queueMicrotask(() => stream.close());
  }
  assert.equal(stream.cursor, "c1");
});
