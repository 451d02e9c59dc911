import { beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { runProgram, runtimes } from "../fixtures/run-program.ts";

/** What comes of each scenario, on every runtime. The same programs run on both, behind a proxy that nobody must ask. */
const expected: Readonly<Record<string, unknown>> = {
  "sends a GET without a key": {
    method: "GET",
    url: "/echo?a=1&b=2&b=3&c=true",
    headers: {
      accept: "*/*",
      "accept-encoding": "gzip",
      host: "plain.test:PORT",
      connection: "close",
    },
    body: "",
  },
  "sends JSON with the idempotency key": {
    method: "POST",
    url: "/echo",
    headers: {
      accept: "*/*",
      "accept-encoding": "gzip",
      "idempotency-key": "execution:step",
      "content-type": "application/json",
      "content-length": "9",
      host: "plain.test:PORT",
      connection: "close",
    },
    body: '{"a":[1]}',
  },
  "sends the caller's own key": {
    method: "PUT",
    url: "/echo",
    headers: {
      accept: "*/*",
      "accept-encoding": "gzip",
      "idempotency-key": "mine",
      "x-a": "b",
      "content-length": "0",
      host: "plain.test:PORT",
      connection: "close",
    },
    body: "",
  },
  "sends a form": {
    method: "POST",
    url: "/echo",
    headers: {
      accept: "*/*",
      "accept-encoding": "gzip",
      "idempotency-key": "execution:step",
      "content-type": "application/x-www-form-urlencoded;charset=UTF-8",
      "content-length": "9",
      host: "plain.test:PORT",
      connection: "close",
    },
    body: "a=x+y&b=1",
  },
  "sends text and bytes": [
    {
      method: "POST",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        "idempotency-key": "execution:step",
        "content-type": "text/plain;charset=UTF-8",
        "content-length": "5",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "plain",
    },
    {
      method: "POST",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        "idempotency-key": "execution:step",
        "content-type": "application/octet-stream",
        "content-length": "3",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "\u0000\u0001ÿ",
    },
  ],
  "reads a whole answer": {
    status: 200,
    body: null,
    url: "http://plain.test:PORT/",
    redirects: [],
    headers: {
      "set-cookie": "a=1, b=2",
      "x-one": "1",
      "transfer-encoding": "chunked",
    },
  },
  "reads a body by its type": [{}, "é", "AP8=", null],
  "reads a body as asked": [
    {
      a: 1,
    },
    '{"a":1}',
    "eyJhIjoxfQ==",
  ],
  "refuses a body that is not JSON": {
    name: "InvalidValueError",
    code: "VALUE_NOT_JSON",
    message: 'Cannot GET "http://plain.test:PORT/type": its answer is not JSON',
    kind: "validation",
  },
  "sends a HEAD": {
    status: 200,
    body: null,
    url: "http://plain.test:PORT/encoded?as=gzip",
    redirects: [],
    headers: {
      "content-type": "text/plain",
      "content-encoding": "gzip",
    },
  },
  "fails on a status": {
    name: "HttpError",
    code: "HTTP_STATUS",
    message: 'Cannot GET "http://plain.test:PORT/status": it answered 404',
    kind: "http4xx",
  },
  "takes a status that is expected": {
    status: 404,
    body: "why not",
    url: "http://plain.test:PORT/status?code=404",
    redirects: [],
    headers: {
      "transfer-encoding": "chunked",
    },
  },
  "sorts statuses": [
    {
      kind: "http429",
      code: "HTTP_STATUS",
    },
    {
      kind: "http429",
      code: "HTTP_STATUS",
    },
    {
      kind: "http429",
      code: "HTTP_STATUS",
    },
    {
      kind: "http5xx",
      code: "HTTP_STATUS",
    },
    {
      kind: "http5xx",
      code: "HTTP_STATUS",
    },
    {
      kind: "http4xx",
      code: "HTTP_STATUS",
    },
    {
      kind: "http4xx",
      code: "HTTP_STATUS",
    },
    {
      kind: "http4xx",
      code: "HTTP_STATUS",
    },
  ],
  "reads Retry-After in seconds": {
    name: "HttpError",
    code: "HTTP_STATUS",
    message: 'Cannot GET "http://plain.test:PORT/status": it answered 429',
    retryAfter: 7000,
    kind: "http429",
  },
  "reads Retry-After as a date": true,
  "follows redirects": {
    status: 200,
    body: {
      method: "GET",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        "x-a": "b",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "",
    },
    url: "http://plain.test:PORT/echo",
    redirects: [
      "http://plain.test:PORT/redirect?status=302&to=http%3A%2F%2Fplain.test%3APORT%2Fredirect%3Fstatus%3D301%26to%3D%252Fecho",
      "http://plain.test:PORT/redirect?status=301&to=%2Fecho",
    ],
    headers: {
      "content-type": "application/json",
      "transfer-encoding": "chunked",
    },
  },
  "turns a POST into a GET after 303 and 302": [
    {
      method: "GET",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "",
    },
    {
      method: "GET",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "",
    },
  ],
  "repeats a POST after 307 and 308": [
    {
      method: "POST",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        "idempotency-key": "execution:step",
        "content-type": "text/plain;charset=UTF-8",
        "content-length": "1",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "x",
    },
    {
      method: "POST",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        "idempotency-key": "execution:step",
        "content-type": "text/plain;charset=UTF-8",
        "content-length": "1",
        host: "plain.test:PORT",
        connection: "close",
      },
      body: "x",
    },
  ],
  "keeps credentials from another origin": {
    method: "POST",
    url: "/echo",
    headers: {
      accept: "text/html",
      "accept-encoding": "gzip",
      "idempotency-key": "execution:step",
      "content-type": "text/plain;charset=UTF-8",
      "content-length": "1",
      host: "other.test:PORT",
      connection: "close",
    },
    body: "x",
  },
  "does not follow a redirect that is expected": {
    status: 302,
    body: "ZWxzZXdoZXJl",
    url: "http://plain.test:PORT/redirect?status=302&to=%2Fecho",
    redirects: [],
    headers: {
      location: "/echo",
      "transfer-encoding": "chunked",
    },
  },
  "gives up on a loop": {
    name: "HttpError",
    code: "HTTP_REDIRECT",
    message: 'Cannot GET "http://plain.test:PORT/loop": it is redirected more often than 5 times',
    kind: "unknown",
  },
  "gives up after as many redirects as it may": [
    'Cannot GET "http://plain.test:PORT/redirect": it is redirected more often than 0 times',
    'Cannot GET "http://plain.test:PORT/redirect": it is redirected more often than 1 times',
    null,
  ],
  "refuses a redirect to what is not public": [
    'Cannot call "127.0.0.1": its address is loopback, not public, and the operator does not allow it',
    'Cannot call "169.254.169.254": its address is linkLocal, not public, and the operator does not allow it',
    'Cannot call "::1": its address is loopback, not public, and the operator does not allow it',
    'Cannot call "hidden.test": its address is loopback, not public, and the operator does not allow it',
  ],
  "refuses a redirect to another scheme": [
    'Cannot GET "http://plain.test:PORT/redirect": its redirect must start with http: or https:',
    'Cannot GET "http://plain.test:PORT/redirect": its redirect must not hold a user name or a password: send an authorization header',
  ],
  "speaks https with an operator's certificate": [
    "c2VjdXJl",
    {
      kind: "unknown",
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    },
    {
      kind: "unknown",
      code: "DEPTH_ZERO_SELF_SIGNED_CERT",
    },
  ],
  "follows from http to https and not back": [
    "c2VjdXJl",
    {
      name: "HttpError",
      code: "HTTP_REDIRECT",
      message: 'Cannot GET "https://secure.test:SECURE/down": its redirect must not lead from https to http',
      kind: "unknown",
    },
  ],
  "refuses addresses however they are written": ['{"kind":"validation","code":"VALIDATION"}'],
  "refuses names that stand for such addresses": [
    'Cannot call "hidden.test": its address is loopback, not public, and the operator does not allow it',
    'Cannot call "mixed.example": its address is private, not public, and the operator does not allow it',
    'Cannot call "mapped.example": its address is linkLocal, not public, and the operator does not allow it',
  ],
  "refuses localhost as the system resolves it": "validation",
  "connects to what it has checked and looks up once": {
    times: 1,
    heard: {
      method: "GET",
      url: "/echo",
      headers: {
        accept: "*/*",
        "accept-encoding": "gzip",
        host: "rebinding.example:PORT",
        connection: "close",
      },
      body: "",
    },
  },
  "tries every address of a name": "ok",
  "calls networks that are allowed": ["ok", "ok", "ok", "refused", "refused"],
  "sorts broken connections": ["network", "network", "network"],
  "refuses half an answer": [true, true],
  "fails on what is not HTTP": true,
  decompresses: [
    "compressed",
    "compressed",
    "compressed",
    {
      name: "InvalidValueError",
      code: "VALUE_NOT_JSON",
      message: 'Cannot GET "http://plain.test:PORT/encoded": its answer has an encoding that was not asked for',
      kind: "validation",
    },
  ],
  "stops reading at its limit": [
    {
      name: "InvalidValueError",
      code: "VALUE_TOO_LARGE",
      message: 'Cannot GET "http://plain.test:PORT/long": its answer is longer than 1048576 bytes',
      kind: "validation",
    },
    {
      name: "InvalidValueError",
      code: "VALUE_TOO_LARGE",
      message: 'Cannot GET "http://plain.test:PORT/encoded": its answer is longer than 1048576 bytes',
      kind: "validation",
    },
    {
      name: "InvalidValueError",
      code: "VALUE_TOO_LARGE",
      message: 'Cannot GET "http://plain.test:PORT/endless": its answer is longer than 1048576 bytes',
      kind: "validation",
    },
  ],
  "ends the connection when it is stopped": {
    name: "AbortError",
    code: 20,
    message: "enough",
    kind: "unknown",
  },
  "refuses requests that would lie": [
    'Cannot call agent "@orchestr8/http": its input at "/url" must start with http: or https:',
    'Cannot call agent "@orchestr8/http": its input at "/url" must be a URL with its scheme, such as https://example.com/',
    'Cannot call agent "@orchestr8/http": its input at "/url" must not hold a user name or a password: send an authorization header',
    'Cannot call agent "@orchestr8/http": its input at "/headers/Host" is not the caller\'s to set',
    'Cannot call agent "@orchestr8/http": its input at "/headers/Content-Length" is not the caller\'s to set',
    'Cannot call agent "@orchestr8/http": its input at "/headers" must have names that HTTP allows',
    'Cannot call agent "@orchestr8/http": its input at "/headers/a" must be one line of Latin-1 text',
    'Cannot call agent "@orchestr8/http": its input at "/body" is not sent with GET',
    'Cannot call agent "@orchestr8/http": its input at "/body/bytes" must be base64',
  ],
  "runs in a workflow": {
    status: "completed",
    sent: true,
  },
};

const proxy = { HTTP_PROXY: "http://127.0.0.1:1", http_proxy: "http://127.0.0.1:1" };

describe.each(runtimes)("@orchestr8/http on %s", (runtime) => {
  let results: Readonly<Record<string, unknown>> = {};

  beforeAll(async () => {
    results = await runProgram(join(import.meta.dir, "fixtures/http-scenarios.ts"), runtime, proxy);
  }, 60_000);

  test.each(Object.keys(expected))("%s", (name) => {
    expect(results[name]).toEqual(expected[name]);
  });

  test("is held to all that is tried", () => {
    expect(Object.keys(results)).toEqual(Object.keys(expected));
  });
});
