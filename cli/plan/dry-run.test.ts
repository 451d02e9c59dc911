import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { cli } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { stepLevels } from "./step-levels.ts";

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

const agent = { id: "@orchestr8/hello-world" };
const flow = folder.write(
  "flow.o8.json",
  JSON.stringify({
    version: "1.0.0",
    metadata: { id: "flow", name: "Flow" },
    input: { type: "object", properties: { name: { type: "string" }, to: { default: "all" } }, required: ["name"] },
    steps: [
      { id: "left", agent, input: { message: "${input.name}" } },
      { id: "right", agent, input: { message: "Hi" }, onError: "fallback", fallbackStepId: "spare" },
      { id: "spare", agent, input: { message: "spare" } },
      { id: "both", agent, input: { message: "${steps.left.output.result} ${steps.right.output.result}" } },
    ],
    policies: { timeout: { global: "10s" } },
  }),
);

describe("orchestr8 run --dry-run", () => {
  test("shows the plan of a run, and keeps nothing", async () => {
    const { exitCode, stdout, stderr } = await cli(["run", flow, "--input", "name=Ada", "--dry-run"], { cwd });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout.slice(stdout.indexOf("Order"))).toBe(`Order
  1. left, right
  2. spare
  3. both

Agents
  @orchestr8/hello-world 1.0.0  for left, right, spare, both

Bounds
  longest path: 3 steps, right -> spare -> both
  at most: 12 attempts, 33.0s

Input
  {
    "name": "Ada",
    "to": "all"
  }

Nothing was run.
`);
    expect(stdout).toStartWith("Graph\nFlow (flow) 1.0.0\n");
    expect(readdirSync(cwd)).not.toContain(".orchestr8");
  });

  test("gives it as one JSON document", async () => {
    const { stdout } = await cli(["run", flow, "--input", "name=Ada", "--dry-run", "--json"], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      workflow: { id: "flow", name: "Flow", version: "1.0.0" },
      input: { name: "Ada", to: "all" },
      levels: [["left", "right"], ["spare"], ["both"]],
      agents: [{ id: "@orchestr8/hello-world", semantics: "at-least-once" }],
      bounds: { attempts: 12 },
    });
  });

  test("calls no agent of a module", async () => {
    const file = folder.writeModule(
      "loud.ts",
      `step("loud", { agent: agent("loud", () => { throw new Error("called") }), input: {} });`,
    );
    const { exitCode, stdout } = await cli(["run", file, "--dry-run"], { cwd });
    expect({ exitCode, isShown: stdout.includes("  @test/loud 1.0.0  for loud\n") }).toEqual({
      exitCode: 0,
      isShown: true,
    });
  });

  test("refuses what a run would refuse: the input, and what the operator does not give", async () => {
    const wrong = await cli(["run", flow, "--dry-run"], { cwd });
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain("its input does not fit its schema");
    const reads = folder.write(
      "reads.o8.json",
      JSON.stringify({
        version: "1.0.0",
        metadata: { id: "reads", name: "Reads" },
        context: { environment: ["REGION"], secretRefs: ["secret://key"] },
        steps: [{ id: "a", agent, input: { message: "${env.REGION}" } }],
      }),
    );
    expect((await cli(["run", reads, "--dry-run"], { cwd })).stderr).toContain('not allow: "REGION"');
    const missing = await cli(["run", reads, "--dry-run", "--env", "REGION=eu"], { cwd });
    expect(missing.stderr).toContain('does not provide: "key"');
    const given = await cli(["run", reads, "--dry-run", "--env", "REGION=eu", "--secret", "key=KEY"], {
      cwd,
      env: { KEY: "s3cret" },
    });
    expect(given).toMatchObject({ exitCode: 0 });
    expect(given.stdout).toContain("Reads\n  env.REGION\n  secrets.key\n");
    expect(given.stdout).not.toContain("s3cret");
  });
});

test("stepLevels() places a step behind the last of those it waits for", () => {
  const step = (id: string, dependencies: readonly string[]) => ({ id, dependencies });
  const steps = [step("d", ["b", "c"]), step("a", []), step("b", ["a"]), step("c", ["b"])];
  expect(stepLevels({ steps: steps as never })).toEqual([["a"], ["b"], ["c"], ["d"]]);
});
