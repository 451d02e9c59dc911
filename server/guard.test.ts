import { describe, expect, test } from "bun:test";
import { refusalOf, requireJsonBody } from "./guard.ts";

function refusal(method: string, headers: Record<string, string>, port: number | undefined = 8088): string | undefined {
  return refusalOf(new Request("http://localhost:8088/health", { method, headers }), port)?.code;
}

const local = { Host: "localhost:8088" };

describe("refusalOf()", () => {
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
    expect(refusalOf(new Request("http://localhost/health"), 80)?.code).toBe("BAD_REQUEST");
    expect(refusalOf(new Request("http://localhost:1/health"))).toBeUndefined();
    expect(refusalOf(new Request("http://evil.example/health"))?.code).toBe("HOST_NOT_ALLOWED");
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
    expect(refusal("GET", { ...local, ...headers })).toBeUndefined();
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
