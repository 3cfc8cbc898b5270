// What a program does with a running platform, in Node and in browsers alike; throws where it is not as it should be.

import { Aborted, InvalidArgument, NotFound, Unauthenticated, type AmplineError, type Client } from "ampline";
import { type Event } from "ampline/v1/event";

type Failure = abstract new (...told: never[]) => AmplineError;

/** `id` is one that nobody else uses; `stranger` has a key that does not count. */
export async function visit(client: Client, stranger: Client, id: string): Promise<string[]> {
  const done: string[] = [];
  const step = async (name: string, work: () => Promise<void>): Promise<void> => {
    await work();
    done.push(name);
  };
  await step("pages", () => pages(client, id));
  await step("repeats", () => repeats(client, id));
  await step("refusals", () => refusals(client, stranger, id));
  await step("events", () => events(client, id));
  return done;
}

const place = (id: string, externalId: string) => ({
  locationId: id,
  location: {
    displayName: `Place ${id}`,
    externalId,
    timeZone: "Europe/Amsterdam",
    address: { regionCode: "NL", locality: "Utrecht" },
    position: { latitude: 52.09, longitude: 5.11 },
  },
});

async function pages(client: Client, id: string): Promise<void> {
  for (const number of [1, 2, 3]) {
    await client.locations.createLocation(place(`${id}-${number}`, id));
  }
  const names: string[] = [];
  for await (const location of client.list(client.locations.listLocations, { externalId: id, pageSize: 1 })) {
    names.push(location.name);
  }
  equal(names.sort().join(), [1, 2, 3].map((number) => `locations/${id}-${number}`).join());
}

async function repeats(client: Client, id: string): Promise<void> {
  const requestId = "6f1c1a4e-0d3b-4c5e-9a51-1d0c6a3f7b" + String(10 + (id.length % 90));
  const request = { ...place(`${id}-once`, `${id}-once`), requestId };
  const first = await client.locations.createLocation(request);
  const second = await client.locations.createLocation(request);
  equal(second.etag, first.etag);
}

async function refusals(client: Client, stranger: Client, id: string): Promise<void> {
  const name = `locations/${id}-1`;
  const missing = await failure(client.locations.getLocation({ name: "locations/nowhere" }), NotFound);
  equal(missing.reason, "RESOURCE_NOT_FOUND");
  equal(missing.metadata["name"], "locations/nowhere");
  const stale = { name, displayName: "Other", etag: "stale" };
  equal((await failure(client.locations.updateLocation({ location: stale }), Aborted)).reason, "STALE_ETAG");
  const wrong = { ...place(`${id}-wrong`, id).location, displayName: "" };
  const invalid = await failure(client.locations.createLocation({ location: wrong }), InvalidArgument);
  equal(invalid.fieldViolations.map((each) => each.field).join(), "location.display_name");
  await failure(stranger.locations.getLocation({ name }), Unauthenticated);
}

async function events(client: Client, id: string): Promise<void> {
  const name = `locations/${id}-1`;
  const stream = client.events({ types: ["location.*"], subjects: [name], startTime: { seconds: 1n } });
  equal((await next(stream)).type, "location.created");
  const waiting = next(client.events({ subjects: [name], after: stream.cursor }));
  await client.locations.updateLocation({ location: { name, displayName: `Renamed ${id}` } });
  const updated = await waiting;
  equal(updated.type, "location.updated");
  equal(updated.subject, name);
}

async function next(stream: AsyncIterable<Event>): Promise<Event> {
  for await (const event of stream) {
    return event;
  }
  throw new Error("the stream ended");
}

async function failure(call: Promise<unknown>, kind: Failure): Promise<AmplineError> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof kind) {
    return error;
  }
  throw new Error(`${String(error)} is no ${kind.name}`);
}

function equal(found: unknown, wanted: unknown): void {
  if (found !== wanted) {
    throw new Error(`${String(found)} instead of ${String(wanted)}`);
  }
}
