import { once } from "node:events";
import { createServer } from "node:http2";
import { endpoint, service, type Context } from "@restatedev/restate-sdk";
import { connect } from "@restatedev/restate-sdk-clients";
import { type Open, stepIds, work } from "./durable-engine.ts";

const bench = service({
  name: "bench",
  handlers: {
    run: async (context: Context) => {
      for (const id of stepIds) await context.run(id, work);
    },
  },
});

/**
 * A service in this process that the Restate server drives, called through its ingress. The SDK is the newest that works
 * on Node 20: those from 1.14 on call `Promise.withResolvers`.
 */
export const openRestate: Open = async ({ restate }) => {
  if (restate === undefined) throw new Error("Cannot open Restate: its server is not running");
  const handler = endpoint()
    .bind(bench)
    .setLogger(() => undefined)
    .http2Handler();
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot open Restate: no port to be called on");
  const registered = await fetch(`${restate.adminUrl}/deployments`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ uri: `http://127.0.0.1:${address.port}`, force: true }),
  });
  if (!registered.ok) throw new Error(`Cannot open Restate: registering gave ${await registered.text()}`);
  const client = connect({ url: restate.ingressUrl }).serviceClient(bench);
  return {
    runOnce: async () => {
      await client.run();
    },
    close: async () => void server.close(),
  };
};
