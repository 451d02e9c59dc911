import { describe, expect, test } from "bun:test";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import type { LogRecord } from "../lib/log.ts";
import { version } from "../lib/version.ts";
import { createTestApi, hello } from "./fixtures/test-api.ts";

describe("createServer()", () => {
  test("puts its headers on every reply, of whatever kind", async () => {
    const { get, post } = createTestApi();
    const replies = [
      await get("/health"),
      await get("/nope"),
      await get("/workflows/execute"),
      await post("/workflows/execute", { workflow: hello }),
      await get("/health", { Host: "evil.example" }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([200, 404, 405, 202, 403]);
    for (const { headers } of replies) {
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-correlation-id")).toMatch(/^[0-9a-f-]{36}$/);
      expect([...headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  test("lets the connection of a stream be idle for ever, and no other, whichever came in last", async () => {
    const { server } = createTestApi();
    const told: unknown[] = [];
    const send = (path: string, name: string): Promise<Response> =>
      server.fetch(new Request(`http://localhost${path}`), {
        timeout: ({ url }, seconds) => void told.push([name, new URL(url).pathname, seconds]),
      });
    const [, stream] = await Promise.all([send("/health", "a"), send("/events", "b"), send("/executions", "c")]);
    expect(told).toEqual([["b", "/events", 0]]);
    await stream.body?.cancel();
  });

  test("gives a sound correlation id back and replaces any other", async () => {
    const { get } = createTestApi({ newId: () => "new" });
    const longest = "~".repeat(128);
    const given = ["abc", longest, `${longest}~`, "two words", "é"];
    const back = await Promise.all(given.map((id) => get("/health", { "X-Correlation-ID": id })));
    expect(back.map(({ headers }) => headers.get("x-correlation-id"))).toEqual(["abc", longest, "new", "new", "new"]);
  });

  test("describes a problem as RFC 9457 wants it", async () => {
    const { get } = createTestApi();
    const { headers, body } = await get("/nope?secret=1", { "X-Correlation-ID": "a b".replace(" ", "/") });
    expect(headers.get("content-type")).toBe("application/problem+json");
    expect(body).toEqual({
      type: "tag:orchestr8,2026:problem/not-found",
      title: "Nothing is here",
      status: 404,
      detail: "Cannot find the page: no route has this path",
      instance: "urn:orchestr8:request:a%2Fb",
      code: "NOT_FOUND",
      correlationId: "a/b",
      isRetryable: false,
    });
  });

  test.each([
    ["GET", "/workflows/execute", "POST"],
    ["DELETE", "/executions/a", "GET, HEAD"],
    ["POST", "/executions/a", "GET, HEAD"],
    ["PUT", "/executions/a/cancel", "POST"],
    ["OPTIONS", "/health", "GET, HEAD"],
  ])("answers %s %s with the method that is allowed", async (method, path, allow) => {
    const { status, headers, body } = await createTestApi().send(method, path);
    expect({ status, allow: headers.get("allow"), code: body?.code }).toEqual({
      status: 405,
      allow,
      code: "METHOD_NOT_ALLOWED",
    });
  });

  test("answers HEAD like GET, without the body", async () => {
    const { send } = createTestApi();
    const { status, headers, body } = await send("HEAD", "/ready");
    expect({ status, body, type: headers.get("content-type"), nosniff: headers.get("x-content-type-options") }).toEqual(
      {
        status: 200,
        body: undefined,
        type: "application/json",
        nosniff: "nosniff",
      },
    );
  });

  test("tells an unexpected failure to the log and nothing of it to the client", async () => {
    const lines: LogRecord[] = [];
    const api = createTestApi({ log: (line) => lines.push(line) });
    Object.defineProperty(api.engine, "view", {
      value: () => {
        throw new Error("password=hunter2 at /home/me/db.sqlite");
      },
    });
    const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
    const headers = { "X-Correlation-ID": "c1", traceparent: `00-${traceId}-${spanId}-01` };
    const { status, body } = await api.get("/executions/a", headers);
    expect({ status, body }).toEqual({
      status: 500,
      body: {
        type: "tag:orchestr8,2026:problem/internal",
        title: "The server failed",
        status: 500,
        detail: "Cannot answer the request: the log has the reason under its correlation id",
        instance: "urn:orchestr8:request:c1",
        code: "INTERNAL",
        correlationId: "c1",
        isRetryable: false,
      },
    });
    expect(lines).toMatchObject([{ level: "error", message: "request failed", correlationId: "c1", traceId, spanId }]);
    expect(lines[0]?.data).toContain("password=hunter2");
  });

  test("answers even if the log throws", async () => {
    const api = createTestApi({
      log: () => {
        throw new Error("disk full");
      },
    });
    Object.defineProperty(api.engine, "view", { value: () => JSON.parse("{") });
    expect((await api.get("/executions/a")).status).toBe(500);
  });

  test("says who it is and for how long", async () => {
    const clock = new VirtualClock();
    const { get } = createTestApi({ clock });
    await clock.advance(1_500);
    const { status, body } = await get("/health");
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: "ok", service: "orchestr8", version, pid: process.pid, uptimeMs: 1_500 },
    });
  });

  test("is ready until it drains; then it refuses new work and still shows the old", async () => {
    const { server, get, post } = createTestApi();
    expect((await get("/ready")).body).toEqual({ status: "ready" });
    const { body } = await post("/workflows/execute", { workflow: hello });
    await server.drain(1_000);
    const ready = await get("/ready");
    const refused = await post("/workflows/execute", { workflow: hello });
    for (const { status, headers, body: problem } of [ready, refused]) {
      expect([status, headers.get("retry-after"), problem?.code]).toEqual([503, "5", "ENGINE_CLOSED"]);
    }
    expect((await get("/health")).status).toBe(200);
    expect((await get(`/executions/${body?.executionId}`)).body?.status).toBe("completed");
  });
});
