import { createRequire } from "node:module";
import { join } from "node:path";
import type { Surroundings } from "./durable-engine.ts";
import { freePorts, type ServerProcess, startServer } from "./server-process.ts";

/** The server that `@restatedev/restate-server` brings along, with its defaults, on ports of the loopback. */
export async function startRestate(
  folder: string,
): Promise<ServerProcess & { readonly restate: NonNullable<Surroundings["restate"]> }> {
  const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
  const resolve = createRequire(createRequire(import.meta.url).resolve("@restatedev/restate-server/package.json"));
  const program = resolve.resolve(`${platform}/bin/restate-server`);
  const [ingress, admin, node] = (await freePorts(3)).map((port) => `127.0.0.1:${port}`);
  const restate = { ingressUrl: `http://${ingress}`, adminUrl: `http://${admin}` };
  const server = await startServer(program, ["--base-dir", join(folder, "data"), "--no-logo"], {
    cwd: folder,
    env: {
      RESTATE_INGRESS__BIND_ADDRESS: ingress,
      RESTATE_ADMIN__BIND_ADDRESS: admin,
      RESTATE_BIND_ADDRESS: node,
      RESTATE_LISTEN_MODE: "tcp",
      RESTATE_DISABLE_TELEMETRY: "true",
      DO_NOT_TRACK: "1",
    },
    stopSignal: "SIGTERM",
    isReady: async () =>
      (await fetch(`${restate.adminUrl}/health`)).ok && (await fetch(`${restate.ingressUrl}/restate/health`)).ok,
  });
  return { ...server, restate };
}
