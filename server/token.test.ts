import { describe, expect, test } from "bun:test";
import { createEngine } from "../lib/engine/create-engine.ts";
import { createServer } from "./app.ts";
import { chooseToken } from "./token.ts";

const token = "correct-horse-battery-staple";

async function statusOf(path: string, authorization?: string, method = "GET"): Promise<number> {
  const server = createServer({ engine: createEngine(), token });
  const headers = authorization === undefined ? {} : { Authorization: authorization };
  return (await server.fetch(new Request(`http://localhost:8088${path}`, { method, headers }))).status;
}

describe("a server with a token", () => {
  test.each([
    ["no header", undefined, 401],
    ["the token", `Bearer ${token}`, 200],
    ["the scheme in small letters", `bearer ${token}`, 200],
    ["another token", `Bearer ${token}r`, 401],
    ["a part of the token", `Bearer ${token.slice(0, -1)}`, 401],
    ["the token in capitals", `Bearer ${token.toUpperCase()}`, 401],
    ["another scheme", `Basic ${token}`, 401],
    ["the token alone", token, 401],
    ["two tokens", `Bearer ${token}, Bearer ${token}`, 401],
    ["an empty token", "Bearer ", 401],
  ])("answers a request with %s", async (_, authorization, status) => {
    expect(await statusOf("/executions", authorization)).toBe(status);
  });

  test.each(["/health", "/ready"])("answers %s without it", async (path) => {
    expect(await statusOf(path)).toBe(200);
  });

  test.each(["/health", "/ready"])(
    "tells a client of %s whose token is wrong that it is the wrong server",
    async (path) => {
      expect([await statusOf(path, `Bearer ${token}`), await statusOf(path, "Bearer of-another-server")]).toEqual([
        200, 401,
      ]);
    },
  );

  test.each(["/", "/nope", "/healthz", "/health/../executions", `/executions?token=${token}`])(
    "tells nothing of %s without it",
    async (path) => {
      expect(await statusOf(path)).toBe(401);
    },
  );

  test("asks for it before it looks at the method or the body", async () => {
    expect([await statusOf("/workflows/execute"), await statusOf("/executions", undefined, "DELETE")]).toEqual([
      401, 401,
    ]);
  });

  test("says how to be let in, and not what was wrong", async () => {
    const server = createServer({ engine: createEngine(), token });
    const headers = { Authorization: "Bearer guess", "X-Correlation-ID": "c1" };
    const reply = await server.fetch(new Request("http://localhost/executions", { headers }));
    expect(reply.headers.get("www-authenticate")).toBe('Bearer realm="orchestr8"');
    expect(await reply.json()).toMatchObject({ status: 401, code: "UNAUTHENTICATED", isRetryable: false });
  });
});

describe("chooseToken()", () => {
  test("makes a new one of 32 random bytes unless it is told not to", () => {
    const made = chooseToken(undefined) ?? "";
    expect(Buffer.from(made, "base64url").byteLength).toBe(32);
    expect(chooseToken(undefined)).not.toBe(made);
    expect(chooseToken(false)).toBeUndefined();
  });

  test.each(["", "short", "sixteen letters with spaces", "a".repeat(513), "sechzehn-zeichen-ü"])(
    "refuses %p",
    (given) => {
      expect(() => chooseToken(given)).toThrow("Cannot create server: token must be 16 to 512");
    },
  );
});
