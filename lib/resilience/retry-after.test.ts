import { describe, expect, test } from "bun:test";
import { CircuitOpenError, RetryableError } from "../errors.ts";
import { parseRetryAfter, readRetryAfter } from "./retry-after.ts";

const now = Date.UTC(2026, 0, 1, 12, 0, 0);

describe("parseRetryAfter()", () => {
  test.each([
    ["120", 120_000],
    [" 0 ", 0],
    [3, 3_000],
    ["Thu, 01 Jan 2026 12:00:30 GMT", 30_000],
    ["Thu, 01 Jan 2026 11:00:00 GMT", 0],
    ["99999999999999999999", 1e23],
    ["-5", undefined],
    ["1.5", undefined],
    ["soon", undefined],
    ["", undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [null, undefined],
    [undefined, undefined],
  ])("reads %j as %p", (value, expected) => {
    expect(parseRetryAfter(value, now)).toBe(expected);
  });
});

describe("readRetryAfter()", () => {
  test.each<[string, unknown, number | undefined]>([
    ["our retryable error", new RetryableError("x", { retryAfter: 700 }), 700],
    ["an open circuit", new CircuitOpenError("x", { state: "open", retryAfter: 900 }), 900],
    ["headers of an SDK's error", Object.assign(new Error("x"), { headers: { "Retry-After": "2" } }), 2_000],
    ["headers of a response", { response: new Response("", { headers: { "retry-after": "3" } }) }, 3_000],
    ["a retryAfter in unknown units", Object.assign(new Error("x"), { retryAfter: 5 }), undefined],
    ["headers that are not headers", { headers: "retry-after: 1", response: null }, undefined],
    ["text", "retry-after: 1", undefined],
  ])("finds it in %s", (_name, error, expected) => {
    expect(readRetryAfter({ ok: false, error }, now)).toBe(expected);
  });

  test("finds it in a returned response", () => {
    const headers = { "retry-after": "Thu, 01 Jan 2026 12:00:05 GMT" };
    const value = new Response("", { status: 503, headers });
    expect(readRetryAfter({ ok: true, value }, now)).toBe(5_000);
  });
});
