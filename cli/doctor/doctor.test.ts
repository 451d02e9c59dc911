import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";
import { checkRuntime } from "./check-runtime.ts";
import { sizeText } from "./size-text.ts";

interface Report {
  readonly ok: boolean;
  readonly checks: readonly {
    readonly name: string;
    readonly status: string;
    readonly detail: string;
    readonly fix?: string;
  }[];
}

async function examine(cwd: string, clock = new VirtualClock({ wall: Date.now() })) {
  const { exitCode, stdout } = await cli(["doctor", "--json"], { cwd, clock });
  const report: Report = JSON.parse(stdout);
  const statuses = Object.fromEntries(report.checks.map(({ name, status }) => [name, status]));
  return { exitCode, report, statuses, finding: (name: string) => report.checks.find((check) => check.name === name) };
}

const sound = {
  runtime: "ok",
  sqlite: "ok",
  "state folder": "ok",
  disk: "ok",
  journal: "ok",
  clock: "ok",
  workflows: "ok",
  project: "ok",
  server: "ok",
};

describe("orchestr8 doctor", () => {
  test("finds nothing wrong with a new project, nor with one that ran", async () => {
    using folder = createTestFolder();
    folder.write("hello.o8.json", hello);
    expect(await examine(folder.path)).toMatchObject({ exitCode: 0, statuses: sound });
    await cli(["run", "hello.o8.json", "--quiet"], { cwd: folder.path });
    expect(await examine(folder.path)).toMatchObject({ exitCode: 0, statuses: sound });
  });

  test("says each check in a line, and what to do below", async () => {
    using folder = createTestFolder();
    mkdirSync(join(folder.path, ".orchestr8"));
    chmodSync(join(folder.path, ".orchestr8"), 0o755);
    const { exitCode, stdout } = await cli(["doctor"], { cwd: folder.path });
    const state = join(folder.path, ".orchestr8");
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`! state folder  ${state} has mode 755: others can look into it\n`);
    expect(stdout).toContain(`                fix: chmod 700 ${state}\n`);
  });

  test("finds a configuration and agents that are wrong", async () => {
    using folder = createTestFolder();
    folder.write("orchestr8.config.json", '{ "server": { "port": "eighty" } }');
    const { exitCode, finding } = await examine(folder.path);
    expect([exitCode, finding("project")?.status]).toEqual([1, "fail"]);
    expect(finding("project")?.detail).toContain('Cannot use "server.port" from orchestr8.config.json:1');
    folder.write("orchestr8.config.json", '{ "agents": ["*.agent.mjs"] }');
    folder.write("broken.agent.mjs", "throw new Error('on purpose');");
    expect((await examine(folder.path)).finding("project")?.detail).toContain("on purpose");
  });

  test("finds a state file of a server that is none", async () => {
    using folder = createTestFolder();
    mkdirSync(join(folder.path, ".orchestr8"), { mode: 0o700 });
    writeFileSync(join(folder.path, ".orchestr8", "server.json"), "garbage", { mode: 0o600 });
    const { exitCode, finding } = await examine(folder.path);
    expect([exitCode, finding("server")?.status]).toEqual([1, "fail"]);
  });

  test("finds a damaged journal, and one that is none", async () => {
    using folder = createTestFolder();
    folder.write("hello.o8.json", hello);
    await cli(["run", "hello.o8.json", "--quiet"], { cwd: folder.path });
    const path = join(folder.path, ".orchestr8", "journal.db");
    truncateSync(path, 8_192);
    expect(await examine(folder.path)).toMatchObject({ exitCode: 1, statuses: { journal: "fail", disk: "ok" } });
    writeFileSync(path, "not a database, but long enough to be looked at as one".repeat(100));
    expect(await examine(folder.path)).toMatchObject({ exitCode: 1, statuses: { journal: "fail" } });
  });

  test("finds a clock that was set back, and workflow files with errors", async () => {
    using folder = createTestFolder();
    folder.write("hello.o8.json", hello);
    await cli(["run", "hello.o8.json", "--quiet"], { cwd: folder.path });
    folder.write("broken.o8.json", hello.replace('"hi"', "1"));
    const { exitCode, statuses, finding } = await examine(folder.path, new VirtualClock());
    expect({ exitCode, statuses }).toEqual({ exitCode: 1, statuses: { ...sound, clock: "warn", workflows: "fail" } });
    expect(finding("workflows")).toEqual({
      name: "workflows",
      status: "fail",
      detail: "2 .o8.json files, 1 with errors: broken.o8.json",
      fix: 'use "orchestr8 validate broken.o8.json"',
    });
  });

  test.each([
    [{ node: "20.19.0" }, "ok"],
    [{ node: "20.18.3" }, "fail"],
    [{ node: "22.0.0" }, "ok"],
    [{ node: "24.3.0", bun: "1.4.5" }, "ok"],
    [{ node: "24.3.0", bun: "1.1.9" }, "fail"],
  ])("knows which runtimes will do: %j", async (versions, status) => {
    expect(await checkRuntime(versions).run()).toMatchObject({ status });
  });
});

test.each([
  [999, "999 B"],
  [1_500, "1.5 kB"],
  [2_340_000_000, "2.3 GB"],
])("sizeText(%d) is %s", (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
