import { describe, expect, test } from "bun:test";
import { MemoryJournal } from "../journal/memory-journal.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Expression, Template, Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import { requiredEnvironment } from "./environment.ts";
import { agentOf, childStep, echo, reference, value, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";
import { recordingOf } from "./replay/recording.ts";
import { replay } from "./replay/replay.ts";
import { run } from "./run.ts";

const variable = (name: string): Expression => reference("env", name);
const withDefault = (left: Expression): Expression => ({
  kind: "default",
  left,
  right: { kind: "value", value: "default" },
});
const template = (expression: Expression): Template => ({ kind: "expression", expression });
const reading = (input: Template, ...environment: readonly string[]): Workflow =>
  workflowOf([{ id: "a", input }], {}, { environment });

describe("${env.NAME}", () => {
  test("gives what the operator provides, and keeps it with the execution", async () => {
    const engine = createEngine({ agents: [echo], environment: { REGION: "eu", SECRET: "not declared" } });
    const { execution } = await engine.start(reading(value("env", "REGION"), "REGION"));
    expect(await execution.result).toMatchObject({ status: "completed", output: { a: "eu" } });
    const created = (await engine.journal.read(execution.id))[0]?.event;
    expect(created).toMatchObject({ type: "execution.created", environment: { REGION: "eu" } });
    expect(JSON.stringify(await engine.journal.read(execution.id))).not.toContain("not declared");
  });

  test("gives what this process has under the names that the operator allows, and nothing else", async () => {
    process.env["ORCHESTR8_TEST_REGION"] = "us";
    try {
      const workflow = reading(value("env", "ORCHESTR8_TEST_REGION"), "ORCHESTR8_TEST_REGION");
      const engine = createEngine({ agents: [echo], environment: ["ORCHESTR8_TEST_REGION", "ORCHESTR8_TEST_UNSET"] });
      const { execution } = await engine.start(workflow);
      expect(await execution.result).toMatchObject({ output: { a: "us" } });
      await expect(createEngine({ agents: [echo] }).start(workflow)).rejects.toMatchObject({ code: "VALIDATION" });
    } finally {
      delete process.env["ORCHESTR8_TEST_REGION"];
    }
  });

  test("is given to a single run as to an engine", async () => {
    process.env["ORCHESTR8_TEST_REGION"] = "us";
    try {
      const workflow = reading(value("env", "ORCHESTR8_TEST_REGION"), "ORCHESTR8_TEST_REGION");
      const environment = ["ORCHESTR8_TEST_REGION"];
      expect(await run({ workflow }, { agents: [echo], environment })).toMatchObject({ output: { a: "us" } });
    } finally {
      delete process.env["ORCHESTR8_TEST_REGION"];
    }
  });

  test("is refused before anything runs when it is missing, unless a default stands in", async () => {
    const engine = createEngine({ agents: [echo], environment: { SET: "x" } });
    await expect(engine.start(reading(value("env", "MISSING"), "MISSING", "SET", "UNREAD"))).rejects.toThrow(
      'Cannot run workflow "test": it reads environment variables that are not set, or that the operator does not allow: "MISSING"',
    );
    await expect(engine.start(reading(value("env", "toString"), "toString"))).rejects.toThrow('"toString"');
    expect(await engine.journal.list()).toEqual([]);
    const { execution } = await engine.start(reading(template(withDefault(variable("MISSING"))), "MISSING"));
    expect(await execution.result).toMatchObject({ output: { a: "default" } });
  });

  test("stays what it was for a resume, a rerun and a replay", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    let calls = 0;
    const hang = agentOf("@test/echo", (input: JsonValue) => (++calls === 1 ? new Promise(() => undefined) : input));
    const workflow = reading(value("env", "REGION"), "REGION");
    const dying = createEngine({ agents: [hang], clock, journal, environment: { REGION: "then" } });
    const { execution } = await dying.start(workflow);
    await clock.advance(0);
    const next = journal.handle();
    await journal.close();
    const engine = createEngine({ agents: [hang], clock, journal: next, environment: { REGION: "now" } });
    const resumed = await engine.resume(execution.id);
    await clock.advance(0);
    expect(await resumed.result).toMatchObject({ output: { a: "then" } });
    const again = await engine.rerun(execution.id, { from: "a" });
    await clock.advance(0);
    expect(await again.result).toMatchObject({ output: { a: "then" } });
    expect(replay(await recordingOf(next, execution.id)).executionId).toBe(execution.id);
  });

  test("is read by a child as the child declares it", async () => {
    const child = { ...reading(value("env", "REGION"), "REGION"), metadata: { id: "child", name: "Child" } };
    const engine = createEngine({ agents: [echo], workflows: [child], environment: { REGION: "eu" } });
    const { execution } = await engine.start(workflowOfSteps([childStep("c", "child")]));
    expect(await execution.result).toMatchObject({ output: { c: { a: "eu" } } });
  });

  test("holds no secret", async () => {
    const engine = createEngine({
      agents: [echo],
      environment: { URL: "https://user:hunter22@host" },
      secrets: { password: "hunter22" },
    });
    const { execution } = await engine.start(reading(value("env", "URL"), "URL"));
    expect(await execution.result).toMatchObject({ output: { a: "https://user:[secret:password]@host" } });
  });
});

describe("requiredEnvironment()", () => {
  const call = (name: "exists" | "length", argument: Expression): Expression => ({
    kind: "call",
    name,
    arguments: [argument],
  });

  test.each<readonly [string, Expression, readonly string[]]>([
    ["read", variable("A"), ["A"]],
    ["with a default", withDefault(variable("A")), []],
    ["as a default", { kind: "default", left: reference("input"), right: variable("A") }, ["A"]],
    ["as a default that has one", withDefault({ kind: "default", left: reference("input"), right: variable("A") }), []],
    ["asked for", call("exists", variable("A")), []],
    ["given to a function", call("length", variable("A")), ["A"]],
    [
      "in a comparison with a default",
      withDefault({ kind: "comparison", operator: "==", left: variable("A"), right: variable("A") }),
      ["A"],
    ],
    ["data that looks like one", { kind: "value", value: { kind: "reference", root: "env", path: ["A"] } }, []],
  ])("tells of a variable %s", (_how, condition, expected) => {
    const workflow = workflowOf([{ id: "a", condition }], {}, { environment: ["A", "B"] });
    expect(requiredEnvironment(workflow)).toEqual(expected);
  });
});
