import { describe, expect, test } from "bun:test";
import { createGuard, type Entrance, requireJsonBody } from "./guard.ts";

function refusalOf(request: Request, port?: number): string | undefined {
  return createGuard()(request, port === undefined ? undefined : { port })?.code;
}

function refusal(method: string, headers: Record<string, string>, port: number | undefined = 8088): string | undefined {
  return refusalOf(new Request("http://localhost:8088/health", { method, headers }), port);
}

const local = { Host: "localhost:8088" };

describe("createGuard()", () => {
  test.each(["localhost:8088", "LocalHost:8088", "127.0.0.1:8088", "[::1]:8088"])("lets a request to %s in", (host) => {
    expect(refusal("GET", { Host: host })).toBeUndefined();
  });

  test.each([
    "localhost",
    "localhost:",
    "localhost:80880",
    "localhost:08088.",
    "localhost:8088.evil.example",
    "localhost:8088@evil.example",
    "127.0.0.1.nip.io:8088",
    "127.1:8088",
    "2130706433:8088",
    "::1:8088",
    "[::1%25lo]:8088",
    "[::]:8088",
    "0.0.0.0:8088",
    "evil.example:8088",
    " ",
  ])("keeps a request to %p out", (host) => {
    expect(["HOST_NOT_ALLOWED", "BAD_REQUEST"]).toContain(refusal("GET", { Host: host }) ?? "let in");
  });

  test("takes port 80 for a Host that names none", () => {
    expect(refusal("GET", { Host: "localhost" }, 80)).toBeUndefined();
  });

  test("wants a Host from a socket, and takes the URL's without one", () => {
    expect(refusalOf(new Request("http://localhost/health"), 80)).toBe("BAD_REQUEST");
    expect(refusalOf(new Request("http://localhost:1/health"))).toBeUndefined();
    expect(refusalOf(new Request("http://evil.example/health"))).toBe("HOST_NOT_ALLOWED");
  });

  test.each([
    [{}, undefined],
    [{ Origin: "http://localhost:8088" }, undefined],
    [{ "Sec-Fetch-Site": "same-origin", Origin: "http://localhost:8088" }, undefined],
    [{ "Sec-Fetch-Site": "none" }, undefined],
    [{ "Sec-Fetch-Site": "same-site" }, "ORIGIN_NOT_ALLOWED"],
    [{ "Sec-Fetch-Site": "cross-site" }, "ORIGIN_NOT_ALLOWED"],
    [{ "Sec-Fetch-Site": "" }, "ORIGIN_NOT_ALLOWED"],
    [{ "Sec-Fetch-Site": "same-origin", Origin: "http://evil.example" }, "ORIGIN_NOT_ALLOWED"],
    [{ Origin: "http://127.0.0.1:8088" }, "ORIGIN_NOT_ALLOWED"],
    [{ Origin: "https://localhost:8088" }, "ORIGIN_NOT_ALLOWED"],
    [{ Origin: "http://localhost:8088.evil.example" }, "ORIGIN_NOT_ALLOWED"],
    [{ Origin: "null" }, "ORIGIN_NOT_ALLOWED"],
    [{ Origin: "" }, "ORIGIN_NOT_ALLOWED"],
  ])("judges a POST with %j: %p", (headers: Record<string, string>, code) => {
    expect(refusal("POST", { ...local, ...headers })).toBe(code);
    expect(refusal("DELETE", { ...local, ...headers })).toBe(code);
    expect(refusal("OPTIONS", { ...local, ...headers })).toBeUndefined();
    // A link from elsewhere comes without an Origin.
    const isLink = headers["Origin"] === undefined;
    expect(refusal("GET", { ...local, ...headers })).toBe(isLink ? undefined : code);
  });
});

describe("createGuard() with allowed hosts", () => {
  const guard = createGuard(["O8.internal", "o8.example:443", "[fd00::1]"]);
  const judge = (headers: Record<string, string>, entrance: Entrance, method = "GET"): string | undefined =>
    guard(new Request("http://localhost/health", { method, headers }), entrance)?.code;

  test.each([
    ["o8.internal:8088", undefined],
    ["O8.INTERNAL:8088", undefined],
    ["o8.internal", undefined],
    ["o8.internal:8088.evil.example", "HOST_NOT_ALLOWED"],
    ["o8.example:443", undefined],
    ["o8.example:8088", "HOST_NOT_ALLOWED"],
    ["[fd00::1]:8088", undefined],
    ["evil.o8.internal:8088", "HOST_NOT_ALLOWED"],
    ["192.168.0.7:8088", undefined],
    ["192.168.0.8:8088", "HOST_NOT_ALLOWED"],
  ])("judges %s at 192.168.0.7: %p", (host: string, code) => {
    expect(judge({ Host: host }, { port: 8088, hostname: "192.168.0.7" })).toBe(code);
  });

  test("takes no address that stands for all, even when it is bound to it", () => {
    expect(judge({ Host: "0.0.0.0:8088" }, { port: 8088, hostname: "0.0.0.0" })).toBe("HOST_NOT_ALLOWED");
    expect(judge({ Host: "[::]:8088" }, { port: 8088, hostname: "::" })).toBe("HOST_NOT_ALLOWED");
  });

  test("lets the pages of an allowed host in, which may have TLS in front", () => {
    const at = { port: 8088 };
    const host = "o8.example:443";
    expect(judge({ Host: host, Origin: `https://${host}` }, at, "POST")).toBeUndefined();
    expect(judge({ Host: host, Origin: "https://o8.example:444" }, at, "POST")).toBe("ORIGIN_NOT_ALLOWED");
  });

  test.each(["", "a b", "http://o8.example", "*.example", "o8.example:port", "a/b"])("refuses to allow %p", (host) => {
    expect(() => createGuard([host])).toThrow("Cannot create server: each of allowedHosts must be a host name");
  });
});

describe("requireJsonBody()", () => {
  test.each([
    "application/json",
    "Application/JSON",
    "application/json;charset=utf-8",
    'application/json ; charset="UTF-8"',
  ])("takes %p", (type) => {
    expect(() => requireJsonBody(new Headers({ "Content-Type": type }))).not.toThrow();
  });

  test.each([
    "",
    "text/plain",
    "text/plain; application/json",
    "application/jsonx",
    "application/json-patch+json",
    "application/problem+json",
    "application/json, text/plain",
    "application/json; charset=latin1",
    "application/json; charset=utf-8; boundary=x",
    "multipart/form-data; boundary=application/json",
  ])("refuses %p", (type) => {
    expect(() => requireJsonBody(new Headers({ "Content-Type": type }))).toThrow("its Content-Type must be");
  });

  test("refuses every encoding of the content", () => {
    const headers = new Headers({ "Content-Type": "application/json", "Content-Encoding": "identity" });
    expect(() => requireJsonBody(headers)).toThrow("without a Content-Encoding");
  });
});
