import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createEngine } from "../lib/engine/create-engine.ts";
import { MemoryJournal } from "../lib/journal/memory-journal.ts";
import { createServer } from "./app.ts";
import { approval, hello, slow, stubborn, workflowOf, type ReplyBody } from "./fixtures/test-api.ts";
import { type BothRuntimes, startBoth } from "./fixtures/both-runtimes.ts";
import { rawRequest } from "./fixtures/raw-request.ts";
import { listen } from "./listen.ts";
import { PortInUseError } from "./port-in-use-error.ts";

const common = "X-Correlation-ID: contract\nConnection: close";
const json = "Content-Type: application/json";

describe("listen() on Bun and on Node", () => {
  let both: BothRuntimes;

  beforeAll(async () => {
    both = await startBoth({ token: false });
  }, 60_000);

  afterAll(async () => {
    const closed = neverEnding(both.node.port);
    expect(await both.stop()).toBe("closed\n");
    await closed;
  });

  test("runs a workflow to its end on both", async () => {
    for (const { port } of [both.bun, both.node]) {
      const url = `http://127.0.0.1:${port}`;
      const started = await postJson(`${url}/workflows/execute`, { workflow: hello });
      expect(started.status).toBe(202);
      const { links } = await bodyOf(started);
      expect(await ended(`${url}${links?.self}`)).toMatchObject({
        status: "completed",
        output: { only: { result: "hello" } },
      });
    }
  });

  test("cancels a slow execution on both", async () => {
    for (const { port } of [both.bun, both.node]) {
      const url = `http://127.0.0.1:${port}`;
      const started = await postJson(`${url}/workflows/execute`, { workflow: workflowOf("@test/slow") });
      const { links } = await bodyOf(started);
      const cancelled = await postJson(`${url}${links?.cancel}`, { reason: "enough" });
      expect([cancelled.status, await cancelled.json()]).toMatchObject([202, { status: "cancelling" }]);
      expect(await ended(`${url}${links?.self}`)).toMatchObject({
        status: "cancelled",
        steps: { only: { status: "cancelled" } },
      });
    }
  });

  test("waits for a signal, and runs again, on both", async () => {
    for (const { port } of [both.bun, both.node]) {
      const url = `http://127.0.0.1:${port}`;
      const { links } = await bodyOf(await postJson(`${url}/workflows/execute`, { workflow: approval }));
      const self = `${url}${links?.self}`;
      const signal = await postJson(`${self}/signals/approve?require=waiting`, { payload: "yes" });
      expect(signal.status).toBe(202);
      expect(await ended(self)).toMatchObject({ status: "completed", output: { only: "yes" } });
      const again = await bodyOf(await postJson(`${self}/rerun`, {}));
      expect(await ended(`${url}${again.links?.self}`)).toMatchObject({ status: "completed", output: { only: "yes" } });
      const listed = await bodyOf(await fetch(`${url}/executions?workflowId=approval`));
      expect(listed.executions).toHaveLength(2);
    }
  });

  test("refuses a port that is taken, by either runtime", async () => {
    const server = createServer({ engine: createEngine(), token: false });
    for (const { port } of [both.bun, both.node]) {
      const failure = await failureOf(listen(server, { port }));
      expect(failure).toBeInstanceOf(PortInUseError);
      expect(failure).toMatchObject({ port, message: expect.stringContaining(`port ${port} is in use`) });
    }
  });

  test("answers the next request on a connection that sent a refused one", async () => {
    const refused = "POST /workflows/execute HTTP/1.1\nHost: localhost:PORT\nContent-Length: 2";
    const next = `GET /ready HTTP/1.1\nHost: localhost:PORT\n${common}`;
    for (const { port } of [both.bun, both.node]) {
      const { status, body } = await rawRequest(
        port,
        refused.replaceAll("PORT", String(port)),
        `{}${next.replaceAll("PORT", String(port)).replaceAll("\n", "\r\n")}\r\n\r\n`,
      );
      expect(status).toBe(415);
      expect(body).toContain('{"status":"ready"}');
    }
  });
});

/** Sends half a request; resolves when the server hangs up. */
function neverEnding(port: number): Promise<unknown> {
  const head = `POST /workflows/execute HTTP/1.1\nHost: localhost:${port}\n${json}\nContent-Length: 10`;
  return failureOf(rawRequest(port, head, "{"));
}

function postJson(url: string, body: object): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

async function bodyOf(reply: Response): Promise<ReplyBody> {
  return JSON.parse(await reply.text());
}

function failureOf(work: Promise<unknown>): Promise<unknown> {
  return work.catch((error: unknown) => error);
}

/** Asks until the execution has ended. */
async function ended(url: string): Promise<unknown> {
  for (;;) {
    const view = await bodyOf(await fetch(url));
    if (view.endedAt !== undefined) return view;
  }
}

/** Answers a read when it is told to. */
class HeldJournal extends MemoryJournal {
  answer: () => void = () => undefined;
  #tell: () => void = () => undefined;
  readonly asked = new Promise<void>((resolve) => (this.#tell = resolve));
  readonly #answered = new Promise<void>((resolve) => (this.answer = resolve));

  override async read(...range: Parameters<MemoryJournal["read"]>): ReturnType<MemoryJournal["read"]> {
    this.#tell();
    await this.#answered;
    return super.read(...range);
  }
}

describe("listen()", () => {
  test.each([-1, 65_536, 1.5, Number.NaN])("refuses port %p", async (port) => {
    const server = createServer({ engine: createEngine(), token: false });
    expect(await failureOf(listen(server, { port }))).toMatchObject({
      name: "RangeError",
      message: `Cannot listen: port must be an integer from 0 to 65535, got ${port}`,
    });
  });

  test.each(["0.0.0.0", "::", "192.168.0.1"])("refuses to be reached at %p without a token", async (hostname) => {
    const server = createServer({ engine: createEngine(), token: false });
    expect(await failureOf(listen(server, { port: 0, hostname }))).toMatchObject({
      name: "RangeError",
      message: `Cannot listen on "${hostname}": others reach it, so the server must have a token`,
    });
  });

  test.each(["localhost", "localhost.evil.example", ""])("refuses %p, which is no address", async (hostname) => {
    const server = createServer({ engine: createEngine() });
    expect(await failureOf(listen(server, { port: 0, hostname }))).toMatchObject({
      name: "RangeError",
      message: `Cannot listen on "${hostname}": hostname must be an IP address, such as "127.0.0.1" or "::1"`,
    });
  });

  test("can be reached from elsewhere with a token, by the names that are allowed", async () => {
    const server = createServer({ engine: createEngine(), allowedHosts: ["o8.internal"] });
    await using listener = await listen(server, { port: 0, hostname: "0.0.0.0" });
    const head = (host: string): string =>
      `GET /executions HTTP/1.1\nHost: ${host}\nAuthorization: Bearer ${server.token}\nConnection: close`;
    const hosts = ["o8.internal", `127.0.0.1:${listener.port}`, `0.0.0.0:${listener.port}`, "evil.example"];
    const replies = await Promise.all(hosts.map((host) => rawRequest(listener.port, head(host))));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 403, 403]);
  });

  test("says that it drains while it waits for an execution, then cancels it and stops", async () => {
    const engine = createEngine({ agents: [slow] });
    const listener = await listen(createServer({ engine, token: false }), { port: 0 });
    const started = await postJson(`${listener.url}/workflows/execute`, { workflow: workflowOf("@test/slow") });
    const { executionId = "" } = await bodyOf(started);
    const closed = listener.close({ graceMs: 400 });
    const ready = await fetch(`${listener.url}/ready`);
    expect([ready.status, ready.headers.get("retry-after")]).toEqual([503, "5"]);
    const refused = await postJson(`${listener.url}/workflows/execute`, { workflow: hello });
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: "ENGINE_CLOSED", isRetryable: true }]);
    await closed;
    expect(await engine.get(executionId)?.result).toMatchObject({ status: "cancelled" });
    expect(String(await failureOf(fetch(listener.url)))).toContain("ECONNREFUSED");
  });

  test("lets a reply that is being made get out before it stops", async () => {
    const journal = new HeldJournal();
    const listener = await listen(createServer({ engine: createEngine({ journal }), token: false }), { port: 0 });
    const reply = fetch(`${listener.url}/executions/nobody/journal`);
    await journal.asked;
    const closed = listener.close({ graceMs: 5_000 });
    journal.answer();
    expect((await reply).status).toBe(404);
    await closed;
  });

  test("is also safe when mounted in Bun's own server", async () => {
    const server = createServer({ engine: createEngine(), token: false });
    using mounted = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, socket) => server.fetch(request, socket),
    });
    const head = (host: string): string => `GET /ready HTTP/1.0\nHost: ${host}\nConnection: close`;
    const hosts = [`localhost:${mounted.port}`, "localhost:1", "evil.example", ""];
    const replies = await Promise.all(hosts.map((host) => rawRequest(mounted.port ?? 0, head(host))));
    expect(replies.map(({ status }) => status)).toEqual([200, 403, 403, 400]);
  });

  test("stops in time although a request never ends", async () => {
    const listener = await listen(createServer({ engine: createEngine(), token: false }), { port: 0 });
    const closed = neverEnding(listener.port);
    expect((await fetch(`${listener.url}/ready`)).status).toBe(200);
    await listener.close({ graceMs: 50 });
    await closed;
  });

  test("stops in time although an agent does not", async () => {
    const engine = createEngine({ agents: [stubborn] });
    const listener = await listen(createServer({ engine, token: false }), { port: 0 });
    await postJson(`${listener.url}/workflows/execute`, { workflow: workflowOf("@test/stubborn") });
    await listener.close({ graceMs: 50 });
    expect(engine.load().executions).toBe(1);
    expect(String(await failureOf(fetch(listener.url)))).toContain("ECONNREFUSED");
  });
});
