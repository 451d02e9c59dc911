import { describe, expect, test } from "bun:test";
import {
  AgentNotFoundError,
  BulkheadFullError,
  CancelledError,
  CircuitOpenError,
  QueueFullError,
  RateLimitError,
  RetryableError,
  TimeoutError,
  ValidationError,
} from "../errors.ts";
import { classify, errorKind, type ErrorKind, isRetryable, type Verdict } from "./classify.ts";

function withFields(error: Error, fields: object): Error {
  return Object.assign(error, fields);
}

/** As Node 20 reports a broken network. */
function undiciFailure(code: string): Error {
  return new TypeError("fetch failed", { cause: withFields(new Error("socket"), { code }) });
}

/** As Bun 1.4 does. */
function bunFailure(code: string): Error {
  return withFields(new TypeError("Unable to connect. Is the computer able to access the url?"), { code });
}

function aggregate(...errors: readonly Error[]): AggregateError {
  return new AggregateError(errors);
}

const full = new BulkheadFullError("x");
const circle = aggregate();
circle.errors.push(circle);

const cases: [string, unknown, ErrorKind, boolean, Verdict][] = [
  ["our timeout", new TimeoutError("x", { timeout: 1 }), "timeout", true, "failure"],
  ["AbortSignal.timeout()", new DOMException("x", "TimeoutError"), "timeout", true, "failure"],
  ["ETIMEDOUT", withFields(new Error("x"), { code: "ETIMEDOUT" }), "timeout", true, "failure"],
  ["undici's header timeout", undiciFailure("UND_ERR_HEADERS_TIMEOUT"), "timeout", true, "failure"],
  ["Node: DNS", undiciFailure("ENOTFOUND"), "network", true, "failure"],
  ["Node: socket", undiciFailure("UND_ERR_SOCKET"), "network", true, "failure"],
  ["Bun: refused", bunFailure("ECONNREFUSED"), "network", true, "failure"],
  ["Bun: DNS", bunFailure("ENOTFOUND"), "network", true, "failure"],
  ["Bun: reset", bunFailure("ECONNRESET"), "network", true, "failure"],
  ["older Bun", withFields(new Error("x"), { code: "ConnectionRefused" }), "network", true, "failure"],
  ["HTTP 500", withFields(new Error("x"), { status: 500 }), "http5xx", true, "failure"],
  ["HTTP 503 of an SDK", withFields(new Error("x"), { statusCode: 503 }), "http5xx", true, "failure"],
  ["HTTP 429", { status: 429 }, "http429", true, "ignored"],
  ["HTTP 408", { status: 408 }, "http429", true, "ignored"],
  ["HTTP 404", withFields(new Error("x"), { status: 404 }), "http4xx", false, "ignored"],
  ["our retryable", new RetryableError("x"), "retryable", true, "failure"],
  ["someone's retryable", withFields(new TypeError("x"), { isRetryable: true }), "retryable", true, "failure"],
  ["someone's final", withFields(new Error("x"), { isRetryable: false }), "unknown", false, "failure"],
  ["plain Error", new Error("x"), "unknown", true, "failure"],
  ["thrown text", "x", "unknown", true, "failure"],
  ["thrown null", null, "unknown", true, "failure"],
  ["TypeError", new TypeError("x"), "bug", false, "ignored"],
  ["RangeError", new RangeError("x"), "bug", false, "ignored"],
  ["ReferenceError", new ReferenceError("x"), "bug", false, "ignored"],
  ["SyntaxError", new SyntaxError("x"), "bug", false, "ignored"],
  ["validation", new ValidationError("x"), "validation", false, "ignored"],
  ["a bad URL", withFields(new TypeError("x"), { code: "ERR_INVALID_URL" }), "validation", false, "ignored"],
  ["no such agent", new AgentNotFoundError("x"), "validation", false, "ignored"],
  ["cancelled", new CancelledError("x"), "cancelled", false, "ignored"],
  ["circuit open", new CircuitOpenError("x", { state: "open", retryAfter: 1 }), "circuitOpen", false, "ignored"],
  ["queue full", new QueueFullError("x"), "rejected", true, "ignored"],
  ["bulkhead full", new BulkheadFullError("x"), "rejected", true, "ignored"],
  ["rate limited", new RateLimitError("x", { retryAfter: 1 }), "rejected", true, "ignored"],
  ["an aggregate of refusals", aggregate(new BulkheadFullError("x"), full), "rejected", true, "ignored"],
  ["an aggregate with a failure", aggregate(full, new TimeoutError("x", { timeout: 1 })), "timeout", true, "failure"],
  ["an aggregate that may be retried", aggregate(new ValidationError("x"), full), "rejected", true, "ignored"],
  ["an aggregate of bad input", aggregate(new ValidationError("x")), "validation", false, "ignored"],
  ["an empty aggregate", aggregate(), "unknown", true, "failure"],
  ["an aggregate of itself", circle, "unknown", true, "failure"],
];

describe("errorKind(), isRetryable() and classify()", () => {
  test.each(cases)("agree on %s", (_name, error, kind, retried, verdict) => {
    const views = [errorKind(error), isRetryable(error), classify({ ok: false, error })];
    expect(views).toEqual([kind, retried, verdict]);
  });

  test("take any returned value for a success", () => {
    expect(classify({ ok: true, value: new Error("returned") })).toBe("success");
  });

  test("recognise what this runtime's fetch throws for a refused connection", async () => {
    const server = Bun.serve({ port: 0, fetch: () => new Response() });
    const { url } = server;
    await server.stop(true);
    const error: unknown = await fetch(url).catch((thrown: unknown) => thrown);
    expect([error instanceof TypeError, errorKind(error)]).toEqual([true, "network"]);
  });
});
