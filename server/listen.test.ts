import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createEngine } from "../lib/engine/create-engine.ts";
import { MemoryJournal } from "../lib/journal/memory-journal.ts";
import { createServer } from "./app.ts";
import { approval, hello, slow, stubborn, workflowOf, type ReplyBody } from "./fixtures/test-api.ts";
import { rawRequest, type RawReply } from "./fixtures/raw-request.ts";
import { listen, type Listener } from "./listen.ts";
import { PortInUseError } from "./port-in-use-error.ts";

const root = join(import.meta.dir, "..");

interface NodeServer {
  readonly port: number;
  /** Gives what it printed after the port. */
  stop(): Promise<string>;
}

/** The built server on Node. It is built inside the repository, where its packages are in reach. */
async function startNode(): Promise<NodeServer> {
  const built = mkdtempSync(join(root, ".tmp-server-"));
  const flags = ["--outDir", built, "--noCheck", "--declaration", "false"];
  const build = Bun.spawn(["bun", "x", "tsc", "-p", "tsconfig.build.json", ...flags], { cwd: root });
  if ((await build.exited) !== 0) throw new Error("Cannot build the server: tsc failed");
  const child = Bun.spawn(["node", join(root, "server/fixtures/node-server.mjs"), built], {
    cwd: root,
    stdin: "pipe",
    stdout: "pipe",
  });
  const reader = child.stdout.getReader();
  const first = await reader.read();
  return {
    port: Number(new TextDecoder().decode(first.value)),
    async stop() {
      await child.stdin.end();
      const { value } = await reader.read();
      await child.exited;
      rmSync(built, { recursive: true });
      return new TextDecoder().decode(value);
    },
  };
}

function startBun(): Promise<Listener> {
  return listen(createServer({ engine: createEngine({ agents: [slow] }) }), { port: 0 });
}

const common = "X-Correlation-ID: contract\nConnection: close";
const json = "Content-Type: application/json";

interface Case {
  readonly name: string;
  /** `PORT` stands for the server's port. */
  readonly head: string;
  readonly body?: string;
  readonly status: number;
  /** Absent where the reply is not a problem. */
  readonly code?: string;
}

function get(name: string, path: string, host: string, status: number, code?: string): Case {
  return { name, head: `GET ${path} HTTP/1.1\nHost: ${host}\n${common}`, status, ...(code !== undefined && { code }) };
}

function post(
  name: string,
  fields: string,
  body: string,
  status: number,
  code: string,
  path = "/workflows/execute",
): Case {
  const head = `POST ${path} HTTP/1.1\nHost: localhost:PORT\n${fields}\nContent-Length: ${Buffer.byteLength(body)}\n${common}`;
  return { name, head, body, status, code };
}

const cases: readonly Case[] = [
  get("localhost with the port", "/ready", "localhost:PORT", 200),
  get("127.0.0.1 with the port", "/ready", "127.0.0.1:PORT", 200),
  get("[::1] with the port", "/ready", "[::1]:PORT", 200),
  get("a host name in capitals", "/ready", "LOCALHOST:PORT", 200),
  get("a query", "/ready?x=1", "localhost:PORT", 200),
  get("an absolute-form target with an honest Host", "http://localhost:PORT/ready", "localhost:PORT", 200),
  get(
    "an absolute-form target, whose authority counts for nothing",
    "http://evil.example/ready",
    "localhost:PORT",
    200,
  ),
  get(
    "an absolute-form target with another Host",
    "http://localhost:PORT/ready",
    "evil.example",
    403,
    "HOST_NOT_ALLOWED",
  ),
  get("another host", "/ready", "evil.example:PORT", 403, "HOST_NOT_ALLOWED"),
  get("a host that only starts right", "/ready", "localhost:PORT.evil.example", 403, "HOST_NOT_ALLOWED"),
  get("user info in the host", "/ready", "127.0.0.1:PORT@evil.example", 403, "HOST_NOT_ALLOWED"),
  get("a word for a port", "/ready", "localhost:evil", 403, "HOST_NOT_ALLOWED"),
  get("a host without the port", "/ready", "127.0.0.1", 403, "HOST_NOT_ALLOWED"),
  get("the port of another server", "/ready", "localhost:1", 403, "HOST_NOT_ALLOWED"),
  get("an address that means every interface", "/ready", "0.0.0.0:PORT", 403, "HOST_NOT_ALLOWED"),
  get("a space in the host", "/ready", "evil host", 403, "HOST_NOT_ALLOWED"),
  get("a host of 300 characters", "/ready", "a".repeat(300), 403, "HOST_NOT_ALLOWED"),
  get("an empty Host", "/ready", "", 400, "BAD_REQUEST"),
  get("two Hosts", "/ready", "localhost:PORT\nHost: evil.example", 400, "BAD_REQUEST"),
  get("the same Host twice", "/ready", "localhost:PORT\nHost: localhost:PORT", 400, "BAD_REQUEST"),
  { name: "HTTP/1.0 without a Host", head: `GET /ready HTTP/1.0\n${common}`, status: 400, code: "BAD_REQUEST" },
  { name: "HTTP/1.1 without a Host", head: `GET /ready HTTP/1.1\n${common}`, status: 400 },
  { name: "what is not HTTP", head: "GARBAGE", status: 400 },
  get("an unknown path", "/nope", "localhost:PORT", 404, "NOT_FOUND"),
  get("an empty list", "/executions?status=failed", "localhost:PORT", 200),
  get("a list of what is no status", "/executions?status=faild", "localhost:PORT", 400, "BAD_REQUEST"),
  get("an unknown execution", "/executions/nobody", "localhost:PORT", 404, "NOT_FOUND"),
  get("an id with an encoded slash", "/executions/a%2Fb", "localhost:PORT", 404, "NOT_FOUND"),
  get("an id that climbs", "/executions/..%2F..%2Fetc", "localhost:PORT", 404, "NOT_FOUND"),
  get("an id with broken percent-encoding", "/executions/%E0%A4%A", "localhost:PORT", 404, "NOT_FOUND"),
  get("an id of 65 characters", `/executions/${"a".repeat(65)}`, "localhost:PORT", 404, "NOT_FOUND"),
  get("the wrong method", "/workflows/execute", "localhost:PORT", 405, "METHOD_NOT_ALLOWED"),
  {
    name: "a preflight",
    head: `OPTIONS /workflows/execute HTTP/1.1\nHost: localhost:PORT\nOrigin: http://evil.example\n${common}`,
    status: 405,
    code: "METHOD_NOT_ALLOWED",
  },
  post("a cross-site request", `${json}\nSec-Fetch-Site: cross-site`, "{}", 403, "ORIGIN_NOT_ALLOWED"),
  post(
    "a request of another site on this machine",
    `${json}\nSec-Fetch-Site: same-site`,
    "{}",
    403,
    "ORIGIN_NOT_ALLOWED",
  ),
  post("another origin", `${json}\nOrigin: http://evil.example`, "{}", 403, "ORIGIN_NOT_ALLOWED"),
  post("another port's origin", `${json}\nOrigin: http://localhost:3000`, "{}", 403, "ORIGIN_NOT_ALLOWED"),
  post("the origin of a sandboxed page", `${json}\nOrigin: null`, "{}", 403, "ORIGIN_NOT_ALLOWED"),
  post("a cross-site cancel", `${json}\nOrigin: null`, "{}", 403, "ORIGIN_NOT_ALLOWED", "/executions/x/cancel"),
  post("a signal to nobody", json, "{}", 404, "NOT_FOUND", "/executions/nobody/signals/go"),
  post("a signal without a name that could be", json, "{}", 400, "BAD_REQUEST", "/executions/nobody/signals/%20"),
  post("a rerun of nothing", json, "{}", 404, "NOT_FOUND", "/executions/nobody/rerun"),
  post("a cross-site signal", `${json}\nOrigin: null`, "{}", 403, "ORIGIN_NOT_ALLOWED", "/executions/x/signals/go"),
  post("no media type", "X-A: b", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
  post("a simple request's media type", "Content-Type: text/plain", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
  post("a media type that only starts right", "Content-Type: application/jsonx", "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
  post("two media types", `${json}\nContent-Type: text/plain`, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
  post("another charset", `${json}; charset=latin1`, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
  post("a compressed body", `${json}\nContent-Encoding: gzip`, "{}", 415, "UNSUPPORTED_MEDIA_TYPE"),
  post("utf-8 by name", `${json}; charset=UTF-8`, "{}", 422, "VALIDATION"),
  post("no body", json, "", 400, "MALFORMED_JSON"),
  post("broken JSON", json, '{"workflow":', 400, "MALFORMED_JSON"),
  post("a duplicate key", json, '{"workflow":1,"workflow":2}', 400, "MALFORMED_JSON"),
  post("a prototype key", json, '{"input":{"__proto__":{}}}', 400, "MALFORMED_JSON"),
  post("a number out of range", json, '{"input":1e400}', 400, "MALFORMED_JSON"),
  post("a byte order mark", json, "\uFEFF{}", 400, "MALFORMED_JSON"),
  post("5,000 levels", json, "[".repeat(5_000) + "]".repeat(5_000), 400, "MALFORMED_JSON"),
  post("an array", json, "[1]", 422, "VALIDATION"),
  post("null", json, "null", 422, "VALIDATION"),
  post("nothing to run", json, "{}", 422, "VALIDATION"),
  post("a body over the limit", json, `"${"x".repeat(3_000_000)}"`, 413, "BODY_TOO_LARGE"),
  {
    name: "a chunked body over the limit",
    head: `POST /workflows/execute HTTP/1.1\nHost: localhost:PORT\n${json}\nTransfer-Encoding: chunked\n${common}`,
    body: `${(2_000_000).toString(16)}\r\n${"x".repeat(2_000_000)}\r\n0\r\n\r\n`,
    status: 413,
    code: "BODY_TOO_LARGE",
  },
  {
    name: "a length and chunks, as smugglers send",
    head: `POST /workflows/execute HTTP/1.1\nHost: localhost:PORT\n${json}\nContent-Length: 5\nTransfer-Encoding: chunked\n${common}`,
    body: "0\r\n\r\n",
    status: 400,
  },
  post("a bad idempotency key", `${json}\nIdempotency-Key: two words`, "{}", 400, "BAD_REQUEST"),
];

function ask(port: number, { head, body }: Case): Promise<RawReply> {
  return rawRequest(port, head.replaceAll("PORT", String(port)), body);
}

function codeOf({ body }: RawReply): string | undefined {
  return body === "" ? undefined : JSON.parse(body).code;
}

describe("listen() on Bun and on Node", () => {
  let bun: Listener;
  let node: NodeServer;

  beforeAll(async () => {
    [bun, node] = await Promise.all([startBun(), startNode()]);
  }, 60_000);

  afterAll(async () => {
    const closed = neverEnding(node.port);
    expect(await node.stop()).toBe("closed\n");
    await closed;
    await bun.close({ graceMs: 1_000 });
  });

  test.each(cases)("answers $name alike: $status", async (request) => {
    const [fromBun, fromNode] = await Promise.all([ask(bun.port, request), ask(node.port, request)]);
    expect({ status: fromBun.status, code: codeOf(fromBun) }).toEqual({ status: request.status, code: request.code });
    expect(fromNode.status).toBe(fromBun.status);
    // Without a code the runtime refused the request before it became one, in its own words.
    if (request.status >= 400 && request.code === undefined) return;
    expect(fromNode.body).toBe(fromBun.body);
    const shown = [
      "content-type",
      "content-length",
      "allow",
      "accept-post",
      "retry-after",
      "cache-control",
      "x-correlation-id",
    ];
    expect(shown.map((name) => fromNode.headers.get(name))).toEqual(shown.map((name) => fromBun.headers.get(name)));
    for (const { headers } of [fromBun, fromNode]) {
      expect([...headers.keys()].filter((name) => name.startsWith("access-control-") || name === "server")).toEqual([]);
    }
  });

  test("runs a workflow to its end on both", async () => {
    for (const { port } of [bun, node]) {
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
    for (const { port } of [bun, node]) {
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
    for (const { port } of [bun, node]) {
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
    const server = createServer({ engine: createEngine() });
    for (const { port } of [bun, node]) {
      const failure = await failureOf(listen(server, { port }));
      expect(failure).toBeInstanceOf(PortInUseError);
      expect(failure).toMatchObject({ port, message: expect.stringContaining(`port ${port} is in use`) });
    }
  });

  test("answers the next request on a connection that sent a refused one", async () => {
    const refused = "POST /workflows/execute HTTP/1.1\nHost: localhost:PORT\nContent-Length: 2";
    const next = `GET /ready HTTP/1.1\nHost: localhost:PORT\n${common}`;
    for (const { port } of [bun, node]) {
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
    const server = createServer({ engine: createEngine() });
    expect(await failureOf(listen(server, { port }))).toMatchObject({
      name: "RangeError",
      message: `Cannot listen: port must be an integer from 0 to 65535, got ${port}`,
    });
  });

  test.each(["0.0.0.0", "::", "192.168.0.1", "localhost.evil.example", ""])(
    "refuses to be reached at %p",
    async (hostname) => {
      const server = createServer({ engine: createEngine() });
      expect(await failureOf(listen(server, { port: 0, hostname }))).toMatchObject({
        name: "RangeError",
        message: `Cannot listen on "${hostname}": hostname must be "127.0.0.1" or "::1"`,
      });
    },
  );

  test("says that it drains while it waits for an execution, then cancels it and stops", async () => {
    const engine = createEngine({ agents: [slow] });
    const listener = await listen(createServer({ engine }), { port: 0 });
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
    const listener = await listen(createServer({ engine: createEngine({ journal }) }), { port: 0 });
    const reply = fetch(`${listener.url}/executions/nobody/journal`);
    await journal.asked;
    const closed = listener.close({ graceMs: 5_000 });
    journal.answer();
    expect((await reply).status).toBe(404);
    await closed;
  });

  test("is also safe when mounted in Bun's own server", async () => {
    const server = createServer({ engine: createEngine() });
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
    const listener = await listen(createServer({ engine: createEngine() }), { port: 0 });
    const closed = neverEnding(listener.port);
    expect((await fetch(`${listener.url}/ready`)).status).toBe(200);
    await listener.close({ graceMs: 50 });
    await closed;
  });

  test("stops in time although an agent does not", async () => {
    const engine = createEngine({ agents: [stubborn] });
    const listener = await listen(createServer({ engine }), { port: 0 });
    await postJson(`${listener.url}/workflows/execute`, { workflow: workflowOf("@test/stubborn") });
    await listener.close({ graceMs: 50 });
    expect(engine.load().executions).toBe(1);
    expect(String(await failureOf(fetch(listener.url)))).toContain("ECONNREFUSED");
  });
});
