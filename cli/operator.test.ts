import { describe, expect, test } from "bun:test";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cli } from "./fixtures/fake-context.ts";
import { leaveExecution } from "./fixtures/left-execution.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

/** Says a region, waits for a signal where it is asked to, and hands a secret to an agent. */
const regional = (wait: boolean): string =>
  JSON.stringify({
    version: "1.0.0",
    metadata: { id: "regional", name: "Regional" },
    context: { environment: ["REGION", "STAGE"], secretRefs: ["secret://api/key"] },
    steps: [
      { id: "region", agent: { id: "@orchestr8/hello-world" }, input: { message: "${env.REGION}" } },
      ...(wait ? [{ id: "wait", wait: { signal: "go" } }] : []),
      {
        id: "call",
        agent: { id: "@orchestr8/hello-world" },
        input: { message: "${secrets['api/key']}" },
        dependencies: wait ? ["wait"] : [],
      },
    ],
    output: {
      region: "${steps.region.output.result}",
      stage: "${env.STAGE ?? 'test'}",
      said: "${steps.call.output.result}",
    },
  });
const key = "key-0123456789";
const output = { region: "eu", stage: "test", said: "[secret:api/key]" };

describe("orchestr8 run --env --secret", () => {
  test("lets a workflow have what is named, and keeps the secret to itself", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("regional.o8.json", regional(false));
    const env = { REGION: "eu", STAGE: "not allowed", API_KEY: key };
    const call = ["run", "regional.o8.json", "--env", "REGION", "--secret", "api/key=API_KEY", "--json", "--quiet"];
    const { exitCode, stdout } = await cli(call, { cwd, env });
    expect({ exitCode, view: JSON.parse(stdout) }).toMatchObject({ exitCode: 0, view: { output } });
    const state = join(cwd, ".orchestr8");
    const kept = readdirSync(state).map((file) => readFileSync(join(state, file)));
    expect(kept.filter((bytes) => bytes.includes(key) || bytes.includes("not allowed"))).toEqual([]);
    const staged = await cli([...call, "--env", "STAGE=live"], { cwd, env });
    expect(JSON.parse(staged.stdout)).toMatchObject({ output: { stage: "live" } });
  });

  test("says what is missing before anything runs", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("regional.o8.json", regional(false));
    const env = { REGION: "eu", API_KEY: key };
    const without = await cli(["run", "regional.o8.json", "--secret", "api/key=API_KEY"], { cwd, env });
    expect(without.exitCode).not.toBe(0);
    expect(without.stderr).toContain('the operator does not allow: "REGION"');
    const secretless = await cli(["run", "regional.o8.json", "--env", "REGION"], { cwd, env });
    expect(secretless.stderr).toContain('secrets that the operator does not provide: "api/key"');
    expect((await cli(["list", "--json"], { cwd })).stdout).not.toContain("regional");
  });

  test.each([
    [["--env", "A-B"], 'Cannot read "--env": it must be NAME or NAME=value'],
    [["--secret", "token"], 'Cannot read "--secret": it must be name=VARIABLE'],
    [["--secret", "token=UNSET"], 'Cannot read "--secret": the environment variable "UNSET" is not set'],
  ])("refuses %j", async (flags, message) => {
    const { exitCode, stderr } = await cli(["run", "x.o8.json", ...flags]);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });

  test("asks for secrets again when an execution goes on, and for nothing when it is only ended", async () => {
    using folder = createTestFolder();
    const cwd = folder.path;
    folder.write("regional.o8.json", regional(true));
    const operator = { environment: { REGION: "eu" }, secrets: { "api/key": key } };
    const id = await leaveExecution(cwd, "regional.o8.json", { operator });
    await cli(["signal", id, "go"], { cwd });
    expect((await cli(["resume", id], { cwd })).stderr).toContain("secrets that the operator does not provide");
    const resumed = await cli(["resume", id, "--secret", "api/key=KEY", "--json", "--quiet"], {
      cwd,
      env: { KEY: key },
    });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "completed", output });
    const again = await cli(["rerun", id, "--secret", "api/key=KEY", "--json", "--quiet"], { cwd, env: { KEY: key } });
    expect(JSON.parse(again.stdout)).toMatchObject({ status: "completed", output });
    const left = await leaveExecution(cwd, "regional.o8.json", { operator });
    expect((await cli(["cancel", left], { cwd })).stdout).toBe(`execution ${left} cancelled\n`);
  });
});
