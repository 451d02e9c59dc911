import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import type { Workflow } from "../../lib/workflow.ts";
import { parseWorkflow } from "../compile.ts";
import { arbitraryWorkflow } from "../fixtures/arbitrary-workflow.ts";
import { diffWorkflows } from "./diff-workflows.ts";

type Document = Record<string, unknown> & { readonly steps: readonly Record<string, unknown>[] };

const document = {
  version: "1.0.0",
  metadata: { id: "order", name: "Order" },
  input: { type: "object", properties: { n: { type: "integer" } } },
  context: { variables: { read: 1, unread: 1 } },
  steps: [
    {
      id: "fetch",
      agent: { id: "@test/count", config: { fast: true } },
      input: { n: "${variables.read}" },
      policies: { retry: { maxAttempts: 2 } },
    },
    { id: "gate", wait: { signal: "go", timeout: "1d" }, dependencies: ["fetch"] },
    {
      id: "finish",
      agent: { id: "@test/count" },
      input: { from: "${steps.fetch.output}" },
      dependencies: ["gate"],
      repeat: { until: "output.n >= 0", maxIterations: 3, delay: "1s" },
    },
  ],
  output: { fetched: "${steps.fetch.output}" },
  policies: { timeout: { global: "1h" } },
} satisfies Document;

const parse = (given: object): Workflow => parseWorkflow(JSON.stringify(given));
const base = parse(document);

/** The document with one step's fields changed. */
function withStep(id: string, fields: object): Document {
  return { ...document, steps: document.steps.map((step) => (step.id === id ? { ...step, ...fields } : step)) };
}

const secrets = { token: "a-long-token" };
const withSecrets = { ...document, context: { ...document.context, secretRefs: ["secret://token"] } };

function changes(after: object, before: object = document) {
  return diffWorkflows(parse(before), parse(after)).map(({ kind, path, before: old, after: now, isSafe }) => [
    kind,
    path.join("."),
    old,
    now,
    isSafe ? "safe" : "not safe",
  ]);
}

const extra = { id: "extra", agent: { id: "@test/count" }, input: {} };

const safeChanges: readonly (readonly [string, Document])[] = [
  ["the name", { ...document, metadata: { id: "order", name: "Orders", description: "All of them" } }],
  ["the version, which no step reads", { ...document, version: "1.1.0" }],
  ["a variable that no step reads", { ...document, context: { variables: { read: 1, unread: 2, more: 3 } } }],
  ["the output", { ...document, output: { n: "${steps.finish.output.n}", fetched: "${steps.fetch.output}" } }],
  ["a policy of a step", withStep("fetch", { policies: { retry: { maxAttempts: 5 }, timeout: "5s", bulkhead: {} } })],
  ["the policies", { ...document, policies: { timeout: { global: "2h" }, budget: { calls: 10 } } }],
  ["another step", { ...document, steps: [...document.steps, extra] }],
  ["another step, before the others", { ...document, steps: [extra, ...document.steps] }],
  ["the order of steps", { ...document, steps: document.steps.toReversed() }],
  ["the time of a wait", withStep("gate", { wait: { signal: "go", timeout: "2d" } })],
  ["how long it waits between runs", withStep("finish", { repeat: { ...document.steps[2]?.repeat, delay: "2s" } })],
  ["a secret", withSecrets],
  ["what of an output is hidden", withStep("fetch", { output: { redact: ["n"] } })],
  ["a dependency less", withStep("finish", { dependencies: [] })],
];

/** How an execution ends that ran under `before` until it waited, and goes on under `after`. */
async function goOnUnder(after: Workflow) {
  const clock = new VirtualClock();
  const calls: string[] = [];
  const count = {
    id: "@test/count",
    version: "1.0.0",
    execute: (_: unknown, { stepId }: { readonly stepId: string }) => {
      calls.push(stepId);
      return { n: calls.length };
    },
  };
  const first = new MemoryJournal({ clock });
  const { execution } = await createEngine({ agents: [count], clock, journal: first }).start(base);
  execution.result.catch(() => undefined);
  await clock.advance(0);
  const journal = first.handle();
  await first.close();
  const load = journal.load.bind(journal);
  journal.load = async (id) => {
    const stored = await load(id);
    return stored && { ...stored, workflow: after };
  };
  const engine = createEngine({ agents: [count], clock, journal, secrets });
  const resumed = await engine.resume(execution.id);
  await clock.advance(0);
  await engine.signal(execution.id, "go", null);
  await clock.advance(0);
  return { result: await resumed.result, calls };
}

describe("diffWorkflows()", () => {
  test("finds nothing exactly where the hashes are equal", () => {
    fc.assert(
      fc.property(arbitraryWorkflow(), arbitraryWorkflow(), fc.boolean(), (one, other, isMixed) => {
        const after: Workflow = isMixed ? { ...one, steps: other.steps } : other;
        expect(diffWorkflows(one, after).length === 0).toBe(workflowHash(one) === workflowHash(after));
        expect(diffWorkflows(one, structuredClone(one))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  }, 180_000);

  test("names every place with both values", () => {
    const after = {
      ...withStep("fetch", {
        agent: { id: "@test/count", version: "^2.0.0", config: { fast: false } },
        input: { n: 2 },
      }),
      tags: undefined,
      metadata: { id: "order", name: "Order", tags: ["new"] },
    };
    expect(changes(after)).toEqual([
      ["added", "metadata.tags", undefined, ["new"], "safe"],
      ["changed", "steps.fetch.agent.config.fast", true, false, "not safe"],
      ["added", "steps.fetch.agent.version", undefined, "^2.0.0", "not safe"],
      ["changed", "steps.fetch.input.n", "${variables.read}", 2, "not safe"],
    ]);
  });

  test("compares names that are declared whatever their order", () => {
    const declaring = (environment: readonly string[], secretRefs: readonly string[]) => ({
      ...document,
      context: { ...document.context, environment, secretRefs },
    });
    const before = declaring(["A", "B"], ["secret://x"]);
    expect(changes(declaring(["B", "A"], ["secret://x"]), before)).toEqual([]);
    expect(changes(declaring(["C", "B"], ["secret://y"]), before)).toEqual([
      ["removed", "context.environment", "A", undefined, "safe"],
      ["added", "context.environment", undefined, "C", "not safe"],
      ["removed", "context.secretRefs", "secret://x", undefined, "safe"],
      ["added", "context.secretRefs", undefined, "secret://y", "safe"],
    ]);
  });

  test("finds what differs in a file that a step runs, and none of it safe", () => {
    const running = (message: string, name = "./child.o8.json", id = "run"): Workflow => {
      const child = parse({ ...document, metadata: { id: "child", name: message }, output: message });
      const files = { open: () => ({ workflow: child, diagnostics: [], texts: new Map() }) };
      const step = { id, workflow: { file: name } };
      return parseWorkflow(JSON.stringify({ ...document, steps: [step], output: {} }), { files });
    };
    const found = (after: Workflow) =>
      diffWorkflows(running("Hi"), after).map(({ kind, path, isSafe }) => [kind, path.join("."), isSafe]);
    expect(found(running("Hi"))).toEqual([]);
    expect(found(running("Ho"))).toEqual([
      ["changed", "steps.run.workflow.file.metadata.name", false],
      ["changed", "steps.run.workflow.file.output", false],
    ]);
    expect(found(running("Hi", "./other.o8.json"))).toEqual([["changed", "steps.run.workflow.file", false]]);
    expect(found(running("Hi", "./child.o8.json", "fetch"))).toEqual([["renamed", "steps.fetch", false]]);
  });

  test("knows a renamed step by its content, and says nothing of those that refer to it", () => {
    const text = JSON.stringify(document).replaceAll('"fetch"', '"load"').replaceAll("steps.fetch.", "steps.load.");
    const renamed: Document = JSON.parse(text.replaceAll('"gate"', '"door"'));
    expect(changes(renamed)).toEqual([
      ["renamed", "steps.load", "fetch", "load", "not safe"],
      ["renamed", "steps.door", "gate", "door", "not safe"],
    ]);
  });

  test.each(safeChanges)("calls a change safe under which a running execution can go on: %s", async (_, after) => {
    const found = diffWorkflows(base, parse(after));
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(({ isSafe }) => !isSafe)).toEqual([]);
    const { result, calls } = await goOnUnder(parse(after));
    expect(result).toMatchObject({ status: "completed", output: { fetched: { n: 1 } } });
    expect(calls.filter((id) => id === "fetch")).toHaveLength(1);
  });

  test.each([
    ["a step less", { ...document, steps: document.steps.slice(0, 2) }, "steps.finish"],
    [
      "another agent",
      withStep("fetch", { agent: { id: "@test/other", config: { fast: true } } }),
      "steps.fetch.agent.id",
    ],
    ["an input", withStep("finish", { input: {}, dependencies: ["fetch", "gate"] }), "steps.finish.input"],
    ["a condition", withStep("finish", { condition: "input.n > 1" }), "steps.finish.condition"],
    [
      "a condition to repeat",
      withStep("finish", { repeat: { until: "true", maxIterations: 3, delay: "1s" } }),
      "steps.finish.repeat.until",
    ],
    ["an item each", withStep("fetch", { forEach: { items: "[1]" } }), "steps.fetch.forEach"],
    ["a signal", withStep("gate", { wait: { signal: "stop", timeout: "1d" } }), "steps.gate.wait.signal"],
    ["what failure means", withStep("gate", { onError: "retry" }), "steps.gate.onError"],
    [
      "what its output must fit",
      withStep("fetch", { output: { schema: { type: "object" } } }),
      "steps.fetch.output.schema",
    ],
    [
      "under which key it is called",
      withStep("fetch", { policies: { retry: { maxAttempts: 2 }, idempotencyKey: "${execution.id}" } }),
      "steps.fetch.policies.idempotencyKey",
    ],
    ["what undoes it", withStep("fetch", { compensate: { agent: { id: "@test/undo" } } }), "steps.fetch.compensate"],
    [
      "another step to wait for",
      {
        ...withStep("fetch", { dependencies: ["extra"] }),
        steps: [extra, ...withStep("fetch", { dependencies: ["extra"] }).steps],
      },
      "steps.fetch.dependencies",
    ],
    [
      "a variable that a step reads",
      { ...document, context: { variables: { read: 2, unread: 1 } } },
      "context.variables.read",
    ],
    ["the schema of the input", { ...document, input: { type: "object" } }, "input.properties"],
    ["the id", { ...document, metadata: { id: "orders", name: "Order" } }, "metadata.id"],
    ["a version that a step reads", [withStep("fetch", { input: "${workflow.version}" }), "2.0.0"], "version"],
  ] as const)("calls a change not safe that contradicts what may be recorded: %s", (_, after, path) => {
    const [given, version] = Array.isArray(after) ? after : [after, undefined];
    const [before, now] = version === undefined ? [document, given] : [given, { ...given, version }];
    const unsafe = changes(now, before).filter(([, , , , verdict]) => verdict === "not safe");
    expect(unsafe.map(([, at]) => at)).toEqual([path]);
  });
});
