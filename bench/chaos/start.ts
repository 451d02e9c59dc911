import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { runtimes, type Runtime } from "./program.ts";

/**
 * Runs a workflow in many processes at once in a fresh project, on each runtime: `bun run chaos:start --runs 50`. Exactly
 * one server may come of it, every run must end well, and after `orchestr8 stop` no process may be left.
 */
const { values } = parseArgs({ options: { runs: { type: "string", default: "50" } } });
const count = Number(values.runs);
const root = join(import.meta.dirname, "..", "..");
const built = mkdtempSync(join(root, ".tmp-start-"));
const hello = join(root, "examples/slice/vertical-slice.o8.json");

interface Ended {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly tookMs: number;
}

function start(command: readonly string[], cwd: string): Promise<Ended> {
  const [program = "", ...parameters] = command;
  const began = performance.now();
  const child = spawn(program, parameters, { cwd, env: environment(), stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve) => {
    child.once("close", (exitCode) => resolve({ exitCode, stderr, tookMs: performance.now() - began }));
  });
}

/** Neither of the variables that keep a run in its own process. */
function environment(): NodeJS.ProcessEnv {
  const { CI: _ci, ORCHESTR8_SERVER_AUTO: _auto, ...rest } = process.env;
  return rest;
}

function servers(folder: string): number {
  const lines = execFileSync("ps", ["-axww", "-o", "args="], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes("--foreground") && line.includes(folder)).length;
}

async function tryRuntime(runtime: Runtime): Promise<readonly string[]> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "o8-start-")));
  const main = join(built, "cli/main.js");
  try {
    writeFileSync(join(folder, "package.json"), '{ "private": true }');
    const began = performance.now();
    const runs = await Promise.all(Array.from({ length: count }, () => start([runtime, main, "run", hello], folder)));
    const tookMs = performance.now() - began;
    const running = servers(folder);
    const listened = readFileSync(join(folder, ".orchestr8/server.log"), "utf8").match(/^Listening on /gm)?.length ?? 0;
    const said = runs.filter(({ stderr }) => stderr.includes("Started a server")).length;
    const again = await start([runtime, main, "run", hello], folder);
    const stop = await start([runtime, main, "stop"], folder);
    const left = servers(folder);
    const well = runs.filter(({ exitCode }) => exitCode === 0).length;
    print(
      `${runtime}: ${well} of ${count} runs ended well in ${seconds(tookMs)}; ${listened} server started, ${running} running, ` +
        `${said} said so; one more run takes ${seconds(again.tookMs)}; ${left} processes left after stop`,
    );
    const isRight =
      well === count && listened === 1 && running === 1 && said === 1 && left === 0 && stop.exitCode === 0;
    const failed = runs.find(({ exitCode }) => exitCode !== 0);
    return isRight ? [] : [`${runtime} is wrong: ${failed?.stderr ?? "see above"}`];
  } finally {
    spawnSync(runtime, [main, "stop"], { cwd: folder });
    rmSync(folder, { recursive: true, force: true });
  }
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

try {
  const bundle = ["cli/fixtures/bundle-cli.bun.ts", join(built, "cli")];
  const build = spawnSync("bun", bundle, { cwd: root, encoding: "utf8" });
  if (build.status !== 0) throw new Error(`Cannot build the program: ${build.stdout}${build.stderr}`);
  const defects: string[] = [];
  for (const runtime of runtimes) defects.push(...(await tryRuntime(runtime)));
  for (const defect of defects) print(defect);
  process.exitCode = defects.length === 0 ? 0 : 1;
} finally {
  rmSync(built, { recursive: true, force: true });
}
