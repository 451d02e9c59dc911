import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trace } from "@opentelemetry/api";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { MemoryJournal } from "../journal/memory-journal.ts";
import { openSqliteJournal } from "../journal/sqlite/sqlite-journal.ts";
import type { JsonValue } from "../json.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Template, Workflow } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import {
  agentOf,
  agentStep,
  childStep,
  echo,
  outputOf,
  value,
  workflowOf,
  workflowOfSteps,
} from "./fixtures/workflow-of.ts";

const canary = 'canary-0815-"secret" ü';
/** Every way to write it that the mask promises to find. */
const written = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  encodeURIComponent(canary).toLowerCase(),
  new URLSearchParams({ q: canary }).toString().slice(2),
  Buffer.from(canary).toString("hex"),
  Buffer.from(canary).toString("hex").toUpperCase(),
  ...["", "x", "xy"].flatMap((before) => {
    const bytes = Buffer.from(`${before}${canary}tail`);
    return [bytes.toString("base64"), bytes.toString("base64url")];
  }),
];
/** What must be found nowhere: of base64 the middle, which no neighbour has a part in. */
const forms = written.map((text, index) => (index < 7 ? text : text.slice(4, -8)));
const object = (entries: Readonly<Record<string, Template>>): Template => ({ kind: "object", entries });
const withSecrets = (...secrets: readonly string[]): Partial<Workflow> => ({ secrets });
const secret = (name: string): Template => value("secrets", name);

/** Keeps what it was called with, and gives back `done`. */
function spy(id = "@test/spy") {
  const calls: unknown[] = [];
  const agent = agentOf(id, (input: JsonValue, { config, secrets }) => {
    calls.push({ input, config, secrets });
    return "done";
  });
  return { agent, calls };
}

describe("${secrets.name}", () => {
  test("gives an agent the value in its input and config, and the record its mark", async () => {
    const { agent, calls } = spy();
    const engine = createEngine({ agents: [agent], secrets: { "github/token": canary, other: "not asked for" } });
    const step = agentStep({ id: "a", input: object({ deep: { kind: "array", items: [secret("github/token")] } }) });
    const called = { ...step, agent: { id: "@test/spy", config: object({ key: secret("github/token") }) } };
    const { execution } = await engine.start(workflowOfSteps([called], {}, withSecrets("github/token")));
    expect(await execution.result).toMatchObject({ status: "completed" });
    const secrets = { "github/token": canary, other: "not asked for" };
    expect(calls).toEqual([{ input: { deep: [canary] }, config: { key: canary }, secrets }]);
    const entries = (await engine.journal.load(execution.id))?.entries ?? [];
    expect(entries.find(({ event }) => event.type === "step.started")?.event).toMatchObject({
      input: { deep: ["[secret:github/token]"] },
    });
  });

  test("gives nothing for text that only looks like a mark", async () => {
    const { agent, calls } = spy();
    const engine = createEngine({ agents: [agent], secrets: { token: canary } });
    const steps = [
      { id: "a", agent: "@test/spy", input: object({ key: secret("token"), said: value("input", "said") }) },
    ];
    const { execution } = await engine.start(workflowOf(steps, {}, withSecrets("token")), {
      input: { said: "[secret:token]" },
    });
    await execution.result;
    expect(calls).toMatchObject([{ input: { key: canary, said: "[secret:token]" } }]);
  });

  test("has no value where the workflow does not declare it", async () => {
    const engine = createEngine({ agents: [echo], secrets: { token: canary } });
    const { execution } = await engine.start(workflowOf([{ id: "a", input: secret("token") }]));
    expect(await execution.result).toMatchObject({ status: "failed", error: { code: "EXPR_PATH_NOT_FOUND" } });
  });

  test("is refused before anything runs when the operator does not provide it", async () => {
    const engine = createEngine({ agents: [echo], secrets: { token: canary } });
    const workflow = workflowOf([{ id: "a" }], {}, withSecrets("missing", "toString", "token"));
    await expect(engine.start(workflow)).rejects.toMatchObject({
      code: "VALIDATION",
      message: 'Cannot run workflow "test": it reads secrets that the operator does not provide: "missing", "toString"',
    });
    expect(await engine.journal.list()).toEqual([]);
  });

  test.each([
    ["that fails", () => Promise.reject(new Error("down")), "RETRYABLE"],
    ["that gives too little to hide", () => "12345", "VALIDATION"],
  ])("is refused before anything runs with a provider %s", async (_what, secrets, code) => {
    const engine = createEngine({ agents: [echo], secrets });
    const refused = engine.start(workflowOf([{ id: "a" }], {}, withSecrets("token")));
    await expect(refused).rejects.toMatchObject({ code });
    expect(await engine.journal.list()).toEqual([]);
  });

  test("does not let an execution start on an engine that was closed or filled while it was looked up", async () => {
    let give: (value: string) => void = () => undefined;
    const secrets = (): Promise<string> => new Promise((resolve) => (give = resolve));
    const workflow = workflowOf([{ id: "a", input: secret("token") }], {}, withSecrets("token"));
    const closed = createEngine({ agents: [echo], secrets });
    const late = closed.start(workflow);
    await closed.close();
    give(canary);
    await expect(late).rejects.toMatchObject({ code: "ENGINE_CLOSED" });
    const full = createEngine({
      agents: [agentOf("@test/hang", () => new Promise(() => undefined))],
      secrets,
      maxExecutions: 1,
    });
    const next = full.start(workflowOf([{ id: "a", agent: "@test/hang" }], {}, withSecrets("token")));
    await full.start(workflowOf([{ id: "a", agent: "@test/hang" }]));
    give(canary);
    await expect(next).rejects.toMatchObject({ code: "QUEUE_FULL" });
  });

  test("is looked up when a child starts, for the child alone", async () => {
    const { agent, calls } = spy();
    const child = workflowOf([{ id: "c", agent: "@test/spy", input: secret("token") }], {}, withSecrets("token"));
    const asked: string[] = [];
    const secrets = (name: string): string => {
      asked.push(name);
      return canary;
    };
    const engine = createEngine({ agents: [agent], workflows: [child], secrets });
    const { execution } = await engine.start(workflowOfSteps([childStep("run", "test")]));
    expect(await execution.result).toMatchObject({ status: "completed" });
    expect({ asked, calls }).toEqual({
      asked: ["token"],
      calls: [{ input: canary, config: undefined, secrets: { token: canary } }],
    });
  });

  test("is looked up anew when another process goes on, and hidden with its earlier value", async () => {
    const clock = new VirtualClock();
    const journal = new MemoryJournal({ clock });
    const workflow = workflowOf(
      [
        { id: "a", agent: "@test/hang", input: object({ key: secret("token") }) },
        { id: "b", dependencies: ["a"], input: outputOf("a") },
      ],
      {},
      withSecrets("token"),
    );
    const seen: JsonValue[] = [];
    const hang = agentOf("@test/hang", (input: JsonValue) => {
      seen.push(input);
      return seen.length === 1 ? new Promise(() => undefined) : input;
    });
    const dying = createEngine({ agents: [hang, echo], clock, journal, secrets: () => "first value" });
    const { execution } = await dying.start(workflow);
    await clock.advance(0);
    const next = journal.handle();
    await journal.close();
    const engine = createEngine({ agents: [hang, echo], clock, journal: next, secrets: async () => "second value" });
    const resumed = await engine.resume(execution.id);
    await clock.advance(0);
    expect(seen).toEqual([{ key: "first value" }, { key: "second value" }]);
    expect(await resumed.result).toMatchObject({
      status: "completed",
      output: { a: { key: "[secret:token]" }, b: { key: "[secret:token]" } },
    });
    expect(JSON.stringify(await next.load(execution.id))).not.toMatch(/first value|second value/);
  });
});

describe("a declared secret", () => {
  const exporter = new InMemorySpanExporter();
  beforeAll(() => {
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  });
  afterAll(() => trace.disable());

  test("reaches no file of the journal, no span, no log line and no reply, in any encoding", async () => {
    const folder = mkdtempSync(join(tmpdir(), "orchestr8-declared-"));
    const journal = await openSqliteJournal({ path: join(folder, "journal.db"), durability: "fast" });
    const seen: unknown[] = [];
    const leaky = agentOf("@test/leaky", (input: JsonValue, { logger, progress }) => {
      logger.warn(`got ${canary}`, { input });
      progress(input);
      const encoded = written.map((form) => `<${form}>`);
      return { input, encoded, basic: Buffer.from(`user:${canary}`).toString("base64") };
    });
    const failing = agentOf("@test/failing", (input: JsonValue) => {
      throw new TypeError(`refused ${JSON.stringify(input)}`, { cause: new Error(encodeURIComponent(canary)) });
    });
    const picky = { ...echo, id: "@test/picky", input: { type: "object", properties: { key: { maxLength: 3 } } } };
    const engine = createEngine({
      agents: [leaky, failing, picky],
      journal,
      secrets: (name) => (name === "token" ? Promise.resolve(canary) : undefined),
      log: (record) => seen.push(record),
    });
    engine.events.subscribe((entry) => seen.push(entry));
    const input = object({ key: secret("token"), from: value("input") });
    const workflow = workflowOf(
      [
        { id: "a", agent: "@test/leaky", input, compensate: { agent: { id: "@test/leaky" }, input } },
        { id: "b", agent: "@test/failing", input, onError: "continue" },
        { id: "c", agent: "@test/picky", input, dependencies: ["a", "b"] },
      ],
      {},
      withSecrets("token"),
    );
    const { execution } = await engine.start(workflow, { input: { given: canary } });
    const result = await execution.result;
    expect(result).toMatchObject({ status: "failed", error: { code: "VALIDATION" } });
    const spans = exporter
      .getFinishedSpans()
      .map(({ name, attributes, events, status }) => ({ name, attributes, events, status }));
    expect(spans.length).toBeGreaterThan(5);
    seen.push(result, execution.view(), spans, await journal.load(execution.id), await journal.read(execution.id));
    await new Promise((resolve) => setImmediate(resolve));
    const files = (): readonly Buffer[] => readdirSync(folder).map((file) => readFileSync(join(folder, file)));
    const kept = [...files(), Buffer.from(JSON.stringify(seen))];
    await engine.close();
    await journal.close();
    kept.push(...files());
    rmSync(folder, { recursive: true });
    expect(forms.filter((form) => kept.some((bytes) => bytes.includes(form)))).toEqual([]);
    expect(kept.filter((bytes) => bytes.includes("[secret:token]")).length).toBeGreaterThan(1);
  });
});
