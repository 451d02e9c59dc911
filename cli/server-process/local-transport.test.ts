import { describe, expect, test } from "bun:test";
import { rejectionOf } from "../../lib/testing/rejection-of.ts";
import { type Transport, transportOf } from "../../server/client/transport.ts";
import { isConnectionFailure } from "./find-server.ts";
import { byHttp } from "./local-transport.ts";

const transports: readonly (readonly [string, Transport])[] = [
  ["node:http", byHttp],
  ["fetch", transportOf((request) => fetch(request))],
];

describe.each(transports)("a request by %s", (_, transport) => {
  test("brings headers and a body there, and status, headers and a body back", async () => {
    await using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: async (request) => {
        if (request.method === "GET") return new Response(null, { status: 204, headers: { "x-kept": "1" } });
        return Response.json({ got: await request.json(), key: request.headers.get("x-key") }, { status: 201 });
      },
    });
    const url = `http://127.0.0.1:${server.port}/`;
    const body = JSON.stringify({ name: "Ådå" });
    const posted = await transport({ method: "POST", url, headers: { "X-Key": "k" }, body });
    expect([posted.status, await posted.json()]).toEqual([201, { got: { name: "Ådå" }, key: "k" }]);
    const empty = await transport({ method: "GET", url, headers: {} });
    expect([empty.status, empty.headers.get("x-kept"), empty.headers.get("x-other")]).toEqual([204, "1", null]);
  });

  test("fails when it is aborted, and when nobody answers", async () => {
    const server = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response("late") });
    const request = { method: "GET", url: `http://127.0.0.1:${server.port}/`, headers: {} } as const;
    const aborted = transport({ ...request, signal: AbortSignal.abort(new Error("enough")) });
    expect(await rejectionOf(aborted)).toBeInstanceOf(Error);
    await server.stop(true);
    expect(isConnectionFailure(await rejectionOf(transport(request)))).toBe(true);
  });

  test("gives a body as it comes, and fails when that breaks off", async () => {
    const gate = Promise.withResolvers<void>();
    const server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: () =>
        new Response(async function* () {
          yield "first";
          await gate.promise;
        }),
    });
    const reply = await transport({ method: "GET", url: `http://127.0.0.1:${server.port}/`, headers: {} });
    const heard: string[] = [];
    const reading = (async () => {
      for await (const chunk of reply.chunks()) {
        heard.push(new TextDecoder().decode(chunk));
        void server.stop(true);
      }
    })();
    expect(await rejectionOf(reading)).toBeInstanceOf(Error);
    expect(heard).toEqual(["first"]);
    gate.resolve();
  });
});
