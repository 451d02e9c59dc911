import { expect, test } from "bun:test";
import { rejectionOf } from "../../lib/testing/rejection-of.ts";
import { fetchByHttp } from "./local-fetch.ts";
import { isConnectionFailure } from "./find-server.ts";

test("fetches as fetch does: body, headers, statuses without a body, an end that comes early", async () => {
  await using server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      if (request.method === "GET") return new Response(null, { status: 204, headers: { "x-kept": "1" } });
      return Response.json({ got: await request.json(), key: request.headers.get("x-key") }, { status: 201 });
    },
  });
  const url = `http://127.0.0.1:${server.port}/`;
  const posted = await fetchByHttp(
    new Request(url, { method: "POST", headers: { "x-key": "k" }, body: JSON.stringify({ name: "Ådå" }) }),
  );
  expect([posted.status, await posted.json()]).toEqual([201, { got: { name: "Ådå" }, key: "k" }]);
  const empty = await fetchByHttp(new Request(url));
  expect([empty.status, empty.body, empty.headers.get("x-kept")]).toEqual([204, null, "1"]);
  const aborted = fetchByHttp(new Request(url, { signal: AbortSignal.abort(new Error("enough")) }));
  expect(await rejectionOf(aborted)).toBeInstanceOf(Error);
  await server.stop(true);
  expect(isConnectionFailure(await rejectionOf(fetchByHttp(new Request(url))))).toBe(true);
});
