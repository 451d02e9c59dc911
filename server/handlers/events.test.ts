import { describe, expect, test } from "bun:test";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { parseWorkflow } from "../../dsl/compile.ts";
import { createServer } from "../app.ts";
import { readEvents, take, takeAll, type ReadEvent } from "../fixtures/read-events.ts";
import { approval, createTestApi, hello, workflowOf, type TestApi } from "../fixtures/test-api.ts";

async function open({ server }: Pick<TestApi, "server">, path: string, headers = {}): Promise<Response> {
  return await server.fetch(new Request(`http://localhost:8088${path}`, { headers }));
}

async function follow(
  api: Pick<TestApi, "server">,
  path: string,
  headers = {},
): Promise<AsyncGenerator<ReadEvent, void>> {
  return readEvents((await open(api, path, headers)).body);
}

async function start({ post }: TestApi, workflow = approval): Promise<string> {
  return (await post("/workflows/execute", { workflow })).body?.executionId ?? "";
}

function approve({ post }: TestApi, id: string): Promise<unknown> {
  return post(`/executions/${id}/signals/approve`, { payload: "yes" });
}

function typesOf(events: readonly ReadEvent[]): readonly (string | undefined)[] {
  return events.map(({ data }) => data.event?.type);
}

describe("GET /executions/:id/events", () => {
  test("tells how the execution stands, then every entry, and ends with it", async () => {
    const api = createTestApi();
    const id = await start(api);
    const reply = await open(api, `/executions/${id}/events`);
    expect(reply.headers.get("content-type")).toBe("text/event-stream");
    const events = readEvents(reply.body);
    const [snapshot] = await take(events, 1);
    expect(snapshot).toMatchObject({ event: "snapshot", data: { executionId: id, status: "waiting" } });
    await approve(api, id);
    const entries = await takeAll(events);
    expect(typesOf(entries)).toEqual(["signal.received", "step.completed", "execution.completed"]);
    const first = snapshot?.data.sequence ?? 0;
    expect(entries.map(({ id: eventId, data }) => [eventId, data.sequence])).toEqual(
      [1, 2, 3].map((index) => [String(first + index), first + index]),
    );
    expect(JSON.parse(JSON.stringify(await api.engine.journal.read(id, { after: first })))).toEqual(
      entries.map(({ data }) => data),
    );
  });

  test.each([0, 1, 2, 4])("goes on behind Last-Event-ID %d without a gap", async (last) => {
    const api = createTestApi();
    const id = await start(api);
    const events = await follow(api, `/executions/${id}/events`, { "Last-Event-ID": String(last) });
    await approve(api, id);
    const sequences = (await takeAll(events)).map(({ event, data }) => (event === "entry" ? data.sequence : event));
    const { length } = await api.engine.journal.read(id);
    expect(sequences).toEqual(Array.from({ length: length - last }, (_, index) => last + 1 + index));
  });

  test("tells who comes after the end how it ended, and who knows that nothing", async () => {
    const api = createTestApi();
    const id = await start(api, hello);
    await api.engine.get(id)?.result;
    const [snapshot, ...rest] = await takeAll(await follow(api, `/executions/${id}/events`));
    expect([snapshot?.data.status, rest]).toEqual(["completed", []]);
    const again = await open(api, `/executions/${id}/events`, { "Last-Event-ID": snapshot?.id });
    expect([again.status, again.body]).toEqual([204, null]);
  });

  test.each(["999999", "x", "-1", "a-1"])("takes Last-Event-ID %p for none", async (last) => {
    const api = createTestApi();
    const id = await start(api, hello);
    await api.engine.get(id)?.result;
    const events = await takeAll(await follow(api, `/executions/${id}/events`, { "Last-Event-ID": last }));
    expect(events.map(({ event }) => event)).toEqual(["snapshot"]);
  });

  test("tells how far a step is, in between", async () => {
    let report: () => void = () => undefined;
    const agent = defineAgent({
      id: "@test/reporter",
      version: "1.0.0",
      execute: (_input, { progress }) =>
        new Promise(() => {
          report = () => {
            progress({ done: 1 });
            progress({ done: 2 });
          };
        }),
    });
    const api = createTestApi({ agents: [agent] });
    const id = await start(api, workflowOf("@test/reporter"));
    const events = await follow(api, `/executions/${id}/events`, { "Last-Event-ID": "0" });
    expect((await take(events, 1))[0]?.id).toBe("1");
    report();
    const seen: ReadEvent[] = [];
    while (seen.at(-1)?.event !== "progress") seen.push(...(await take(events, 1)));
    expect(seen.at(-1)?.data).toEqual({ executionId: id, stepId: "only", progress: { done: 2 } });
  });

  test("says that it is alive while nothing happens", async () => {
    const clock = new VirtualClock();
    const api = createTestApi({ clock });
    const id = await start(api);
    const reader = (await open(api, `/executions/${id}/events`)).body?.getReader();
    const next = async (): Promise<string> => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toBe("retry: 1000\n\n");
    expect(await next()).toStartWith("id: ");
    for (let round = 0; round < 3; round++) {
      const quiet = next();
      await clock.advance(15_000);
      expect(await quiet).toBe(": still here\n\n");
    }
    await reader?.cancel();
  });

  test("follows an execution that another process runs", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const elsewhere = createEngine({ journal: journal.handle(), clock });
    const { execution } = await elsewhere.start(parseWorkflow(JSON.stringify(approval)));
    const api = createTestApi({ journal, clock });
    const events = await follow(api, `/executions/${execution.id}/events`);
    expect((await take(events, 1)).map(({ data }) => data.status)).toEqual(["waiting"]);
    const rest = takeAll(events);
    await elsewhere.signal(execution.id, "approve");
    await execution.result;
    await clock.advance(500);
    expect(typesOf(await rest)).toEqual(["signal.received", "step.completed", "execution.completed"]);
  });

  test.each(["nobody", "a%2Fb"])("does not find %s", async (id) => {
    expect((await createTestApi().get(`/executions/${id}/events`)).status).toBe(404);
  });
});

describe("GET /events", () => {
  test("tells how the newest executions stand, then what happens to any", async () => {
    const api = createTestApi();
    const first = await start(api);
    const events = await follow(api, "/events");
    const [snapshot] = await take(events, 1);
    expect(snapshot).toMatchObject({
      event: "snapshot",
      data: { executions: [{ executionId: first, status: "waiting" }] },
    });
    const second = await start(api);
    await approve(api, first);
    const seen: ReadEvent[] = [];
    while (seen.at(-1)?.data.event?.type !== "execution.completed") seen.push(...(await take(events, 1)));
    expect(new Set(seen.map(({ data }) => data.executionId))).toEqual(new Set([first, second]));
    const ofFirst = seen.filter(({ data }) => data.executionId === first);
    expect(typesOf(ofFirst)).toEqual(["signal.received", "step.completed", "execution.completed"]);
    await events.return();
  });

  test("goes on behind Last-Event-ID without a gap", async () => {
    const api = createTestApi();
    const events = await follow(api, "/events");
    const [snapshot] = await take(events, 1);
    await api.engine.get(await start(api, hello))?.result;
    const whole = await take(events, 6);
    await events.return();
    const again = await follow(api, "/events", { "Last-Event-ID": snapshot?.id });
    expect(await take(again, 6)).toEqual(whole);
    const later = await follow(api, "/events", { "Last-Event-ID": whole[2]?.id });
    expect(await take(later, 3)).toEqual(whole.slice(3));
  });

  test.each(["x", "0123456789abcdef-5"])("tells who comes with %p how things stand", async (last) => {
    const events = await follow(createTestApi(), "/events", { "Last-Event-ID": last });
    expect((await take(events, 1)).map(({ event }) => event)).toEqual(["snapshot"]);
  });

  test("tells of the executions and statuses that are asked for", async () => {
    const api = createTestApi();
    const [first, second] = [await start(api), await start(api)];
    const one = await follow(api, `/events?executionId=${second}`);
    const ended = await follow(api, "/events?status=completed,failed");
    expect((await take(one, 1))[0]?.data["executions"]).toMatchObject([{ executionId: second }]);
    expect((await take(ended, 1))[0]?.data["executions"]).toEqual([]);
    await approve(api, first);
    expect((await take(ended, 1))[0]).toMatchObject({ data: { executionId: first } });
    await approve(api, second);
    expect((await take(one, 1))[0]).toMatchObject({ data: { executionId: second } });
  });

  test.each(["status=no", "executionId=", "executionId=a/b"])("refuses %s", async (query) => {
    const { status, body } = await createTestApi().get(`/events?${query}`);
    expect([status, body?.detail]).toEqual([400, expect.stringContaining("Cannot open an event stream: ")]);
  });
});

describe("event streams", () => {
  test("are refused beyond the limit, until one is closed", async () => {
    const server = createServer({ engine: createEngine(), token: false, limits: { maxStreams: 2 } });
    const [first] = [await open({ server }, "/events"), await open({ server }, "/events")];
    const refused = await open({ server }, "/events");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "5"]);
    expect(await refused.json()).toMatchObject({ code: "STREAMS_FULL", isRetryable: true });
    await first.body?.cancel();
    expect((await open({ server }, "/events")).status).toBe(200);
  });

  test("are not opened by who only wants their headers", async () => {
    const { server, send, get } = createTestApi();
    const { status, headers } = await send("HEAD", "/events");
    expect([status, headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    expect((await get("/metrics")).text).toContain("orchestr8_event_streams 0\n");
    await server.drain(0);
  });

  test("end when their client goes, and when the server does", async () => {
    const api = createTestApi();
    const gone = new AbortController();
    const url = "http://localhost:8088/events";
    const left = await api.server.fetch(new Request(url, { signal: gone.signal }));
    const id = await start(api);
    const kept = await follow(api, `/executions/${id}/events`);
    expect((await api.get("/metrics")).text).toContain("orchestr8_event_streams 2\n");
    gone.abort();
    await left.text();
    expect((await api.get("/metrics")).text).toContain("orchestr8_event_streams 1\n");
    await take(kept, 1);
    await api.server.drain(0);
    expect(typesOf(await takeAll(kept)).at(-1)).toBe("execution.cancelled");
    expect((await api.get("/events")).body).toMatchObject({ status: 503, code: "ENGINE_CLOSED" });
  });

  test("give ten readers at once each of thousands of events, in order", async () => {
    const steps = Array.from({ length: 200 }, (_, index) => ({
      id: `s${index}`,
      agent: { id: "@orchestr8/hello-world" },
      input: { message: "hi" },
    }));
    const api = createTestApi();
    const id = await start(api, { ...hello, steps: [...steps, { id: "end", wait: { signal: "approve" } }] });
    const readers = await Promise.all(
      Array.from({ length: 10 }, () => follow(api, `/executions/${id}/events`, { "Last-Event-ID": "0" })),
    );
    const reading = Promise.all(readers.map(takeAll));
    await approve(api, id);
    const all = await reading;
    const { length } = await api.engine.journal.read(id);
    const expected = Array.from({ length }, (_, index) => index + 1);
    for (const events of all) expect(events.map(({ data }) => data.sequence)).toEqual(expected);
    expect(length).toBeGreaterThan(600);
  });
});
