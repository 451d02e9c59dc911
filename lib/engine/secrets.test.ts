import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ValidationError } from "../errors.ts";
import { openSqliteJournal } from "../journal/sqlite/sqlite-journal.ts";
import type { JsonValue } from "../json.ts";
import { createEngine } from "./create-engine.ts";
import { agentOf, agentStep, echo, outputOf, waitStep, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";

const canary = 'canary-4711-"secret"';
const forms = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  Buffer.from(canary).toString("hex"),
  Buffer.from(canary).toString("base64").replace(/=+$/, ""),
];

/** Lets the canary out wherever an agent can. */
const leaky = agentOf("@test/leaky", (input: JsonValue, { secrets, logger, progress }) => {
  const { token = "" } = secrets;
  logger.info(`using ${token}`, { token });
  progress({ token });
  return { token, header: `Bearer ${token}`, basic: Buffer.from(`user:${token}`).toString("base64"), input };
});
const failing = agentOf("@test/failing", (_input, { secrets }) => {
  const { token = "" } = secrets;
  throw new TypeError(`refused ${token}`, { cause: new Error(encodeURIComponent(token)) });
});

describe("a secret", () => {
  test("reaches agents, and nothing that is kept, logged or shown", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orchestr8-canary-"));
    const journal = await openSqliteJournal({ path: join(folder, "journal.db"), durability: "fast" });
    const seen: unknown[] = [];
    const engine = createEngine({
      agents: [echo, leaky, failing],
      journal,
      secrets: { token: canary },
      log: (record) => seen.push(record),
    });
    engine.events.subscribe((entry) => seen.push(entry));
    const workflow = workflowOfSteps([
      agentStep({ id: "a", agent: "@test/leaky", input: { kind: "literal", value: 1 } }),
      agentStep({ id: "b", dependencies: ["a"], input: outputOf("a", "token") }),
      agentStep({ id: "c", agent: "@test/failing", onError: "continue" }),
      waitStep("w", { kind: "signal", name: "go" }, { dependencies: ["a", "b", "c"] }),
    ]);
    const { execution } = await engine.start(workflow, { input: { given: canary } });
    await engine.signal(execution.id, "go", { sent: canary });
    const result = await execution.result;
    expect(result).toMatchObject({
      status: "completed",
      output: { b: "[secret:token]", w: { sent: "[secret:token]" } },
    });
    const { execution: cancelled } = await engine.start(workflow);
    cancelled.cancel(`because of ${canary}`);
    await cancelled.result;
    seen.push(result, execution.view(), cancelled.view(), await journal.load(execution.id));
    await new Promise((resolve) => setImmediate(resolve));
    // Files are looked at while the log still holds what was written, and again once it is folded into the database.
    const files = (): readonly Buffer[] => readdirSync(folder).map((file) => readFileSync(join(folder, file)));
    const kept = [...files(), Buffer.from(JSON.stringify(seen))];
    await engine.close();
    await journal.close();
    kept.push(...files());
    rmSync(folder, { recursive: true });
    expect(kept.length).toBeGreaterThan(3);
    expect(forms.filter((form) => kept.some((bytes) => bytes.includes(form)))).toEqual([]);
    expect(kept.some((bytes) => bytes.includes("[secret:token]"))).toBe(true);
  });

  test("is hidden in the issues that an agent's error lists", async () => {
    const strict = agentOf("@test/strict", (_input, { secrets }) => {
      const { token = "" } = secrets;
      throw new ValidationError("Cannot log in", { issues: [{ pointer: `/${token}`, message: `refused ${token}` }] });
    });
    const engine = createEngine({ agents: [strict], secrets: { token: canary } });
    const { execution } = await engine.start(workflowOf([{ id: "a", agent: "@test/strict" }]));
    expect(await execution.result).toMatchObject({
      status: "failed",
      error: { issues: [{ pointer: "/[secret:token]", message: "refused [secret:token]" }] },
    });
    const entries = JSON.stringify(await engine.journal.read(execution.id));
    expect(forms.filter((form) => entries.includes(form))).toEqual([]);
  });

  test("may not stand in a workflow, which is recorded as it is", async () => {
    const engine = createEngine({ agents: [echo], secrets: { token: canary } });
    const workflow = workflowOf([{ id: "a", input: { kind: "literal", value: { deep: [`Bearer ${canary}`] } } }]);
    await expect(engine.start(workflow)).rejects.toMatchObject({ code: "VALIDATION" });
    await expect(engine.start(workflow)).rejects.not.toThrow(canary);
  });
});
