import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { sleep, systemClock } from "../../lib/clock.ts";
import { thisProcess } from "../../lib/journal/sqlite/process-identity.ts";
import { version } from "../../lib/version.ts";
import { createServerProject, type ServerProject } from "../fixtures/server-project.ts";
import { approval, hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";
import { processStart } from "./process-start.ts";
import type { ServerState } from "./server-state.ts";

const patienceMs = 60_000;

/** A process that is none of ours, and lives. */
function stranger(): AsyncDisposable & { readonly pid: number; isAlive(): boolean } {
  const child = Bun.spawn(["sleep", "600"], { stdio: ["ignore", "ignore", "ignore"] });
  return {
    pid: child.pid,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.exited;
    },
  };
}

/** A state as a server would have written it, with something wrong. */
async function stateWith(project: ServerProject, wrong: Partial<ServerState>): Promise<ServerState> {
  const { pid, host } = thisProcess();
  return {
    format: 1,
    pid,
    processStart: (await processStart(pid)) ?? "",
    host,
    folder: project.folder,
    url: "http://127.0.0.1:1",
    token: "a-token-of-no-server",
    version,
    startedAt: "2026-01-01T00:00:00.000Z",
    flags: [],
    fingerprint: null,
    ...wrong,
  };
}

function leave(project: ServerProject, content: string, mode = 0o600): string {
  const path = join(project.folder, "server.json");
  mkdirSync(project.folder, { recursive: true });
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

async function kill(project: ServerProject): Promise<void> {
  const { pid } = await project.state();
  process.kill(pid, "SIGKILL");
  while ((await processStart(pid)) !== undefined) await sleep(systemClock, 5);
}

describe("orchestr8 start, status, stop and restart", () => {
  test(
    "start one server that outlives the command, show it, and end it",
    async () => {
      await using project = createServerProject();
      const started = await project.cli("start", "--port", "0");
      const { pid, url, token } = await project.state();
      expect(started).toMatchObject({ exitCode: 0, stdout: `Started server at ${url}, process ${pid}\n` });
      expect(project.servers()).toEqual([pid]);
      expect(statSync(join(project.folder, "server.json")).mode & 0o777).toBe(0o600);
      expect(statSync(join(project.folder, "server.log")).mode & 0o777).toBe(0o600);
      expect(readFileSync(join(project.folder, "server.log"), "utf8")).not.toContain(token ?? "none");
      expect(await project.cli("start")).toMatchObject({
        exitCode: 0,
        stdout: `Runs already: server at ${url}, process ${pid}\n`,
      });
      const status = await project.cli("status", "--json");
      expect({ ...status, stdout: JSON.parse(status.stdout) as unknown }).toMatchObject({
        exitCode: 0,
        stdout: { isRunning: true, pid, url, version, executions: {}, log: join(project.folder, "server.log") },
      });
      expect(await project.cli("stop")).toMatchObject({ exitCode: 0, stdout: `Stopped the server at ${url}\n` });
      expect(project.servers()).toEqual([]);
      expect(await project.cli("stop")).toEqual({ exitCode: 0, stdout: "No server runs\n", stderr: "" });
      expect(await project.cli("status")).toEqual({ exitCode: 6, stdout: "No server runs\n", stderr: "" });
      expect(await project.cli("status", "--json")).toMatchObject({
        exitCode: 6,
        stdout: '{\n  "isRunning": false\n}\n',
      });
    },
    patienceMs,
  );

  test(
    "take the next free port, refuse to start it otherwise than it runs, and restart it as it was or as it is told",
    async () => {
      await using project = createServerProject();
      const taken = createServer().listen(0, "127.0.0.1");
      await new Promise((resolve) => taken.once("listening", resolve));
      const address = taken.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      await project.cli("start", "--port", String(port), "--idle", "1h");
      const first = await project.state();
      expect(Number(new URL(first.url).port)).toBeGreaterThan(port);
      expect(await project.cli("start", "--max-executions", "5")).toMatchObject({ exitCode: 7 });
      expect((await project.cli("start", "--foreground")).exitCode).toBe(7);
      expect(await project.cli("restart")).toMatchObject({ exitCode: 0 });
      const second = await project.state();
      expect([second.flags, second.token]).toEqual([[`--port=${port}`, "--idle=1h"], first.token]);
      expect(second.pid).not.toBe(first.pid);
      await project.cli("restart", "--port", "0");
      expect((await project.state()).flags).toEqual(["--port=0"]);
      expect(project.servers()).toHaveLength(1);
      taken.close();
    },
    patienceMs,
  );

  test(
    "know a server that was killed, and start it again with its token",
    async () => {
      await using project = createServerProject();
      await project.cli("start", "--port", "0");
      const { token } = await project.state();
      await kill(project);
      expect(await project.cli("status")).toMatchObject({ exitCode: 6, stdout: "No server runs\n" });
      project.write("hello.o8.json", hello);
      expect(await project.cli("run", "hello.o8.json")).toMatchObject({ exitCode: 0 });
      expect(await project.state()).toMatchObject({ token, flags: ["--port=0"] });
    },
    patienceMs,
  );

  test(
    "replace a server of another version",
    async () => {
      await using project = createServerProject();
      await project.cli("start", "--port", "0");
      const old = await project.state();
      leave(project, JSON.stringify({ ...old, version: "0.0.1" }));
      project.write("hello.o8.json", hello);
      const { exitCode, stderr } = await project.cli("run", "hello.o8.json");
      expect(exitCode).toBe(0);
      expect(stderr).toContain(`Restarting the server: it is of version 0.0.1, and this is ${version}\n`);
      const now = await project.state();
      expect(now).toMatchObject({ version, token: old.token });
      expect(project.servers()).toEqual([now.pid]);
    },
    patienceMs,
  );

  test(
    "signal nobody whose number a server had, nor whom a file merely names",
    async () => {
      await using project = createServerProject();
      await using other = stranger();
      const start = (await processStart(other.pid)) ?? "";
      for (const processStartOf of [`${start}0`, start]) {
        leave(project, JSON.stringify(await stateWith(project, { pid: other.pid, processStart: processStartOf })));
        expect(await project.cli("status")).toMatchObject({ exitCode: 6 });
        expect(await project.cli("stop")).toMatchObject({ exitCode: 0, stdout: "No server runs\n" });
        expect(other.isAlive()).toBe(true);
      }
      leave(project, JSON.stringify(await stateWith(project, { pid: other.pid, host: "elsewhere" })));
      expect(await project.cli("stop")).toMatchObject({ exitCode: 7 });
      expect(await project.cli("start", "--port", "0")).toMatchObject({ exitCode: 0 });
      expect(other.isAlive()).toBe(true);
    },
    patienceMs,
  );

  const damages: readonly (readonly [string, (state: ServerState) => string, number?])[] = [
    ["it is damaged", () => "{"],
    ["it is damaged", () => "[]"],
    ["it is damaged", (state) => JSON.stringify({ ...state, pid: "1" })],
    ["it is damaged", (state) => JSON.stringify({ ...state, pid: -1 })],
    ["it is damaged", (state) => JSON.stringify({ ...state, url: "file:///etc/passwd" })],
    ["it is damaged", (state) => JSON.stringify({ ...state, format: 2 })],
    ["it is damaged", () => "x".repeat(100_000)],
    ["it belongs to the server of", (state) => JSON.stringify({ ...state, folder: "/elsewhere" })],
    ["its mode is 644 instead of 600", (state) => JSON.stringify(state), 0o644],
  ];

  test(
    "believe no file that is damaged, of another folder, or that others may write, and replace it",
    async () => {
      await using project = createServerProject();
      for (const [why, make, mode] of damages) {
        leave(project, make(await stateWith(project, {})), mode);
        for (const command of ["stop", "status"]) {
          const { exitCode, stderr } = await project.cli(command);
          expect([exitCode, stderr.includes(why)]).toEqual([7, true]);
        }
      }
      const { exitCode, stderr } = await project.cli("start", "--port", "0");
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("Replacing ") });
      // Its server runs, so it must be looked at by somebody before another one is started.
      leave(project, "{");
      expect(await project.cli("start", "--port", "0")).toMatchObject({ exitCode: 7 });
      expect(project.servers()).toHaveLength(1);
    },
    patienceMs,
  );

  test(
    "touch nothing that is a link or a folder, and run without a server then",
    async () => {
      await using project = createServerProject();
      project.write("hello.o8.json", hello);
      const path = leave(project, "");
      rmSync(path);
      const target = project.write("target.json", JSON.stringify(await stateWith(project, {})));
      const places = [
        ["it is a symbolic link", () => symlinkSync(join(project.path, target), path)],
        ["it is no file", () => mkdirSync(path)],
      ] as const;
      for (const [why, make] of places) {
        make();
        for (const command of ["start", "stop", "status"]) {
          const { exitCode, stderr } = await project.cli(command);
          expect([exitCode, stderr.includes(why)]).toEqual([7, true]);
        }
        const { exitCode, stderr } = await project.cli("run", "hello.o8.json");
        expect([exitCode, stderr.includes(`${why}; running in this process\n`)]).toEqual([0, true]);
        rmSync(path, { recursive: true });
      }
      expect(project.servers()).toEqual([]);
    },
    patienceMs,
  );
});

describe("orchestr8 run with a server", () => {
  test(
    "starts one and says so once, and prints what a run in this process prints",
    async () => {
      await using project = createServerProject();
      project.write("hello.o8.json", hello);
      const first = await project.cli("run", "hello.o8.json");
      const { url, flags: given } = await project.state();
      expect(first.stderr).toStartWith(
        `Started a server for this project at ${url}; "orchestr8 stop" ends it\nexecution `,
      );
      expect(given).toEqual(["--idle=15m"]);
      const masked = (text: string): string => text.replaceAll(/[\d.]+ms|[0-9a-f-]{36}|"\S+Z"|"\w+Ms": [\d.]+/g, "…");
      for (const flags of [[], ["--json"], ["--json", "--quiet"]]) {
        const served = await project.cli("run", "hello.o8.json", ...flags);
        const local = await project.cli("run", "hello.o8.json", "--local", ...flags);
        expect([served.exitCode, masked(served.stdout), masked(served.stderr)]).toEqual([
          local.exitCode,
          masked(local.stdout),
          masked(local.stderr),
        ]);
      }
      expect(project.servers()).toHaveLength(1);
    },
    patienceMs,
  );

  test(
    "refuses an input as a run in this process does",
    async () => {
      await using project = createServerProject();
      const picky = { ...(JSON.parse(hello) as object), input: { type: "object", required: ["name"] } };
      project.write("picky.o8.json", JSON.stringify(picky));
      const served = await project.cli("run", "picky.o8.json");
      const local = await project.cli("run", "picky.o8.json", "--local");
      expect(local.exitCode).toBe(2);
      expect(served.stderr.split("\n").slice(1).join("\n")).toBe(local.stderr);
      expect(served).toMatchObject({ exitCode: 2, stdout: local.stdout });
    },
    patienceMs,
  );

  test(
    "leaves it to the server with --detach, and gives its id",
    async () => {
      await using project = createServerProject();
      project.write("approval.o8.json", approval);
      const { exitCode, stdout } = await project.cli("run", "approval.o8.json", "--detach");
      const id = stdout.trim();
      expect([exitCode, id]).toEqual([0, expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      const again = await project.cli("run", "approval.o8.json", "--detach", "--json", "--quiet");
      expect(JSON.parse(again.stdout)).toMatchObject({ executionId: expect.any(String), status: expect.any(String) });
      expect(again.stderr).toBe("");
      expect(JSON.parse((await project.cli("list", "--json")).stdout)).toMatchObject({
        executions: [{}, { executionId: id, isOwned: true }],
      });
      const refused = [["--timeout", "1s"], ["--local"], ["--verbose"], ["--durability", "memory"]];
      for (const flags of refused)
        expect((await project.cli("run", "approval.o8.json", "--detach", ...flags)).exitCode).toBe(2);
    },
    patienceMs,
  );

  test(
    "cancels the execution on the server at Ctrl-C",
    async () => {
      await using project = createServerProject();
      project.write("approval.o8.json", approval);
      const context = project.context();
      const exit = runCli(["run", "approval.o8.json", "--json"], context);
      await context.said("approval waits for signal");
      context.send("SIGINT");
      expect(await exit).toBe(130);
      expect(JSON.parse(context.out)).toMatchObject({ status: "cancelled", reason: "Ctrl-C" });
      expect(context.isListening).toBe(false);
    },
    patienceMs,
  );

  test(
    "draws the steps in place on a terminal",
    async () => {
      await using project = createServerProject();
      project.write("hello.o8.json", hello);
      const context = project.context();
      Object.assign(context.stderr, { isTTY: true, columns: 60, rows: 24 });
      expect(await runCli(["run", "hello.o8.json"], context)).toBe(0);
      expect(context.err.slice(context.err.lastIndexOf("Hello"))).toContain("completed, 1/1 steps");
      expect(context.err).not.toContain("hi started");
    },
    patienceMs,
  );

  test(
    "runs a module in this process and says so, and what a server could not do without saying so",
    async () => {
      await using project = createServerProject();
      project.write("hello.o8.json", hello);
      project.write(
        "parent.o8.json",
        JSON.stringify({
          version: "1.0.0",
          metadata: { id: "parent", name: "Parent" },
          steps: [{ id: "child", workflow: { file: "./hello.o8.json" }, input: {} }],
        }),
      );
      const parent = await project.cli("run", "parent.o8.json");
      expect([parent.exitCode, parent.stderr.split("\n")[0]]).toEqual([
        0,
        'Running in this process: no server has workflow "parent" as it is here',
      ]);
      for (const flags of [["--durability", "memory"], ["--idempotency-key", "k"], ["--reuse"], ["--env", "A=b"]]) {
        const { exitCode, stderr } = await project.cli("run", "hello.o8.json", ...flags);
        expect([exitCode, stderr.startsWith("execution ")]).toEqual([0, true]);
      }
      expect(project.servers()).toEqual([]);
    },
    patienceMs,
  );

  test(
    "goes on with an execution whose server is killed, on a new one",
    async () => {
      await using project = createServerProject();
      project.write("approval.o8.json", approval);
      const context = project.context();
      const exit = runCli(["run", "approval.o8.json", "--json"], context);
      await context.said("approval waits for signal");
      await kill(project);
      await context.said("has died");
      await context.said("goes on after");
      const { exitCode } = await project.cli("signal", "latest", "approve", '{"by":"Ada"}');
      expect([exitCode, await exit]).toEqual([0, 0]);
      expect(JSON.parse(context.out)).toMatchObject({ status: "completed", output: { by: "Ada" } });
      expect(project.servers()).toHaveLength(1);
    },
    patienceMs,
  );

  test(
    "says that it cannot follow an execution whose server was stopped, which goes on with the next",
    async () => {
      await using project = createServerProject();
      project.write("approval.o8.json", approval);
      const context = project.context();
      const exit = runCli(["run", "approval.o8.json"], context);
      await context.said("approval waits for signal");
      expect((await project.cli("stop")).exitCode).toBe(0);
      expect(await exit).toBe(6);
      expect(context.err).toContain("error: Cannot follow the execution: its server was stopped\n");
      await project.cli("start", "--port", "0");
      await project.cli("signal", "latest", "approve", '{"by":"Ada"}');
      const { client } = await import("./find-server.ts").then(async ({ findServer }) => {
        const found = await findServer(project.folder);
        if (found.kind === "running") return found;
        throw new Error(`Cannot ask the server: it is ${found.kind}`);
      });
      const [execution] = (await client.executions()).executions;
      expect(await client.result(execution?.executionId ?? "")).toMatchObject({
        status: "completed",
        output: { by: "Ada" },
      });
    },
    patienceMs,
  );

  test(
    "starts exactly one server, however many runs begin at once",
    async () => {
      await using project = createServerProject();
      project.write("hello.o8.json", hello);
      const runs = Array.from({ length: 12 }, () => project.spawn("run", "hello.o8.json"));
      const said = await Promise.all(runs.map(({ stderr }) => new Response(stderr).text()));
      expect(await Promise.all(runs.map(({ exited }) => exited))).toEqual(runs.map(() => 0));
      expect(said.filter((text) => text.includes("Started a server"))).toHaveLength(1);
      expect(project.servers()).toEqual([(await project.state()).pid]);
      const log = readFileSync(join(project.folder, "server.log"), "utf8");
      expect(log.match(/^Listening on /gm)).toHaveLength(1);
    },
    patienceMs,
  );
});
