import { describe, expect, test } from "bun:test";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createServer } from "../app.ts";
import { createClient } from "../client/client.ts";

const token = "a-token-for-the-sessions";
const url = "http://localhost:8088";
const asBrowser = { Accept: "text/html,application/xhtml+xml" };

/** A server, and a browser that keeps its cookie. */
function connected(options: { readonly token?: string | false; readonly clock?: VirtualClock } = {}) {
  const clock = options.clock ?? new VirtualClock({ wall: Date.parse("2026-03-01T09:00:00.000Z") });
  const server = createServer({ engine: createEngine({ clock }), clock, token: options.token ?? token });
  const client = createClient({ url, token, fetch: (request) => server.fetch(request) });
  let cookie = "";
  const browse = async (path: string, headers: Record<string, string> = {}, method = "GET"): Promise<Response> => {
    const request = new Request(new URL(path, url).href, {
      method,
      headers: { Host: "localhost:8088", ...asBrowser, ...headers, Cookie: cookie },
    });
    const reply = await server.fetch(request);
    cookie = reply.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return reply;
  };
  return { clock, client, browse, cookie: () => cookie, setCookie: (value: string) => void (cookie = value) };
}

describe("a one-time link", () => {
  test("lets a browser in, and leads to an address without its code", async () => {
    const { client, browse } = connected();
    const link = await client.createSessionLink();
    expect(link).toEqual({
      url: expect.stringMatching(/^http:\/\/localhost:8088\/open\?code=[\w-]{43}$/),
      expiresAt: "2026-03-01T09:01:00.000Z",
    });
    const opened = await browse(link.url);
    expect([opened.status, opened.headers.get("location"), await opened.text()]).toEqual([303, "/", ""]);
    expect(opened.headers.get("set-cookie")).toMatch(/^orchestr8-8088=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect([(await browse("/")).status, (await browse("/executions")).status]).toEqual([200, 200]);
  });

  test("works once", async () => {
    const { client, browse, setCookie } = connected();
    const link = await client.createSessionLink();
    await browse(link.url);
    setCookie("");
    const again = await browse(link.url);
    expect([again.status, again.headers.get("set-cookie")]).toEqual([401, null]);
    expect(await again.text()).toContain("orchestr8 open");
  });

  test("works for 60 seconds", async () => {
    const { clock, client, browse } = connected();
    const [inTime, late] = [await client.createSessionLink(), await client.createSessionLink()];
    await clock.advance(59_999);
    expect((await browse(inTime.url)).status).toBe(303);
    await clock.advance(1);
    expect((await browse(late.url)).status).toBe(401);
  });

  test("is not used up by a browser that looks ahead, nor by a HEAD", async () => {
    const { client, browse } = connected();
    const link = await client.createSessionLink();
    expect((await browse(link.url, { "Sec-Purpose": "prefetch;prerender" })).status).toBe(401);
    expect((await browse(link.url, {}, "HEAD")).status).toBe(401);
    expect((await browse(link.url)).status).toBe(303);
  });

  test("does not take up the session that a browser brings: it makes a new one", async () => {
    const { client, browse, cookie, setCookie } = connected();
    setCookie("orchestr8-8088=chosen-by-somebody-else");
    await browse((await client.createSessionLink()).url);
    expect(cookie()).not.toContain("chosen");
    const first = cookie();
    await browse((await client.createSessionLink()).url);
    expect(cookie()).not.toBe(first);
  });

  test("is not made for those without the token", async () => {
    const { browse } = connected();
    expect((await browse("/session-links", { "Content-Type": "application/json" }, "POST")).status).toBe(401);
  });
});

describe("a session", () => {
  test("is one of the newest 64", async () => {
    const { client, browse, cookie, setCookie } = connected();
    await browse((await client.createSessionLink()).url);
    const first = cookie();
    for (let index = 0; index < 64; index++) await browse((await client.createSessionLink()).url);
    expect((await browse("/executions")).status).toBe(200);
    setCookie(first);
    expect((await browse("/executions")).status).toBe(401);
  });

  test("is not known to another server", async () => {
    const one = connected();
    const other = connected();
    await one.browse((await one.client.createSessionLink()).url);
    other.setCookie(one.cookie());
    expect((await other.browse("/executions")).status).toBe(401);
  });

  test("is not needed by a server without a token", async () => {
    const { browse } = connected({ token: false });
    expect((await browse("/")).status).toBe(200);
  });
});

describe("the pages", () => {
  test.each(["/", "/docs"])(
    "%s says to browsers how to get in, and to programs that they lack the token",
    async (path) => {
      const { browse } = connected();
      const page = await browse(path);
      expect([page.status, page.headers.get("content-type")]).toEqual([401, "text/html; charset=utf-8"]);
      const problem = await browse(path, { Accept: "*/*" });
      expect(await problem.json()).toMatchObject({ status: 401, code: "UNAUTHENTICATED" });
    },
  );

  test.each(["/", "/docs"])("%s runs nothing but the server's own files", async (path) => {
    const { browse } = connected({ token: false });
    const page = await browse(path);
    expect(page.headers.get("content-security-policy")).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    const loaded = [...(await page.text()).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, file = ""]) => file);
    expect(loaded.length).toBeGreaterThan(1);
    for (const file of loaded) expect({ file, status: (await browse(file)).status }).toEqual({ file, status: 200 });
  });
});
