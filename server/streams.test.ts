import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { connect } from "node:net";
import { type BothRuntimes, startBoth } from "./fixtures/both-runtimes.ts";
import { readEvents, take, takeAll } from "./fixtures/read-events.ts";
import { approval, hello } from "./fixtures/test-api.ts";

const json = { "Content-Type": "application/json" };

/** A workflow that records much, and waits for "approve" before it ends. */
const long = {
  ...hello,
  metadata: { id: "long", name: "Long" },
  steps: [
    ...Array.from({ length: 150 }, (_, index) => ({
      id: `s${index}`,
      agent: { id: "@orchestr8/hello-world" },
      input: { message: "x".repeat(1_000) },
    })),
    { id: "end", wait: { signal: "approve" } },
  ],
};

async function start(url: string, workflow: object): Promise<string> {
  const body = JSON.stringify({ workflow });
  const reply = await fetch(`${url}/workflows/execute`, { method: "POST", headers: json, body });
  return new URL(reply.headers.get("location") ?? "", url).href;
}

async function approve(execution: string): Promise<void> {
  await fetch(`${execution}/signals/approve`, { method: "POST", headers: json, body: "{}" });
}

/** Asks until as many streams are open as shall be. */
async function untilOpen(url: string, count: number): Promise<void> {
  for (;;) {
    const text = await (await fetch(`${url}/metrics`)).text();
    if (text.includes(`orchestr8_event_streams ${count}\n`)) return;
  }
}

let both: BothRuntimes;

beforeAll(async () => {
  both = await startBoth({ token: false, limits: { heartbeatMs: 100 } });
}, 60_000);

afterAll(async () => void (await both.stop()));

describe.each(["bun", "node"] as const)("an event stream over a socket of %s", (runtime) => {
  let url = "";
  beforeAll(() => (url = `http://127.0.0.1:${both[runtime].port}`));

  test("arrives event by event and ends with its execution", async () => {
    const execution = await start(url, approval);
    const reply = await fetch(`${execution}/events`);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const events = readEvents(reply.body);
    expect((await take(events, 1)).map(({ event }) => event)).toEqual(["snapshot"]);
    await approve(execution);
    const rest = await takeAll(events);
    expect(rest.map(({ data }) => data.event?.type).at(-1)).toBe("execution.completed");
    await untilOpen(url, 0);
  });

  test("gives ten readers the same entries without a gap, each from where it was", async () => {
    const execution = await start(url, long);
    const readers = Array.from({ length: 10 }, async (_, last) => {
      const headers = { "Last-Event-ID": String(last) };
      return takeAll(readEvents((await fetch(`${execution}/events`, { headers })).body));
    });
    await untilOpen(url, 10);
    await approve(execution);
    const read = await Promise.all(readers);
    const { length } = read[0] ?? [];
    expect(length).toBeGreaterThan(500);
    for (const [last, events] of read.entries()) {
      expect(events.map(({ data }) => data.sequence)).toEqual(
        Array.from({ length: length - last }, (_, index) => last + 1 + index),
      );
    }
  }, 20_000);

  test("goes on where a connection broke off", async () => {
    const execution = await start(url, long);
    const gone = new AbortController();
    const first = readEvents(
      (await fetch(`${execution}/events`, { headers: { "Last-Event-ID": "0" }, signal: gone.signal })).body,
    );
    const seen = await take(first, 40);
    gone.abort();
    await untilOpen(url, 0);
    await approve(execution);
    const headers = { "Last-Event-ID": seen.at(-1)?.id ?? "" };
    const rest = await takeAll(readEvents((await fetch(`${execution}/events`, { headers })).body));
    const sequences = [...seen, ...rest].map(({ data }) => data.sequence);
    expect(sequences).toEqual(Array.from({ length: sequences.length }, (_, index) => index + 1));
    expect(rest.at(-1)?.data.event?.type).toBe("execution.completed");
  });

  test("is let go of when its reader hangs up", async () => {
    const socket = connect(both[runtime].port, "127.0.0.1");
    socket.write(`GET /events HTTP/1.1\r\nHost: localhost:${both[runtime].port}\r\n\r\n`);
    await untilOpen(url, 1);
    socket.destroy();
    await untilOpen(url, 0);
  });
});
