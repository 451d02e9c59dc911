import { spawnSync } from "node:child_process";
import { chownSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { freePorts, type ServerProcess, startServer } from "./server-process.ts";

const installed = "/usr/lib/postgresql";

/** Debian's PostgreSQL with its defaults, on a port of the loopback, as a user who may do nothing else. */
export async function startPostgres(folder: string): Promise<ServerProcess & { readonly postgresUrl: string }> {
  const versions = existsSync(installed) ? readdirSync(installed).toSorted((one, other) => +other - +one) : [];
  const [newest] = versions;
  if (newest === undefined)
    throw new Error(`Cannot start PostgreSQL: "${installed}" is missing (apt-get install postgresql)`);
  const programs = join(installed, newest, "bin");
  const user = unprivilegedUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { ...user, cwd: folder, env: { LC_ALL: "C.UTF-8" } };
  const { status, stderr } = spawnSync(join(programs, "initdb"), ["-D", data, "-U", "bench", "-A", "trust"], {
    ...options,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`Cannot start PostgreSQL: initdb failed: ${stderr}`);
  const [port = 0] = await freePorts(1);
  const args = [
    "-D",
    data,
    "-p",
    String(port),
    "-c",
    "listen_addresses=127.0.0.1",
    "-c",
    `unix_socket_directories=${folder}`,
  ];
  const server = await startServer(join(programs, "postgres"), args, {
    ...options,
    stopSignal: "SIGINT",
    isReady: () => accepts(port),
  });
  return { ...server, postgresUrl: `postgresql://bench@127.0.0.1:${port}/bench` };
}

/** PostgreSQL refuses to run as root. */
function unprivilegedUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n");
  const found = ["postgres", "nobody"].flatMap((name) => users.find((line) => line.startsWith(`${name}:`)) ?? []);
  const [, , uid, gid] = found[0]?.split(":") ?? [];
  if (uid === undefined || gid === undefined)
    throw new Error('Cannot start PostgreSQL: no user "postgres" or "nobody"');
  return { uid: Number(uid), gid: Number(gid) };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
