import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import type { JsonValue } from "../lib/json.ts";
import { workflowHash } from "../lib/workflow-hash.ts";
import {
  type AgentReference,
  type AgentStep,
  type Budget,
  type BulkheadPolicy,
  type ComparisonOperator,
  type CircuitBreakerPolicy,
  type Expression,
  type ForEach,
  type FunctionName,
  type Repeat,
  type RetryPolicy,
  type Step,
  type Template,
  type Wait,
  type WaitStep,
  type Workflow,
  type WorkflowStep,
} from "../lib/workflow.ts";
import { foldTemplate, presentFields, stepOrderedDependencies } from "./canonical.ts";
import { compile } from "./compile.ts";
import { maxWaitMs } from "./duration.ts";
import { printWorkflow } from "./print.ts";

const text = fc.oneof(
  fc.string({ maxLength: 6, unit: "binary" }),
  fc.constantFrom("${", "$${", "$", "$$", "}", "{", "'", '"', "a'b\"", "${x}"),
);
const key = text.filter((name) => name !== "__proto__");
const number = fc
  .oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
  .map((value) => value + 0)
  .filter((value) => Number.isSafeInteger(value) || !Number.isInteger(value));

const json: fc.Arbitrary<JsonValue> = fc.letrec<{ json: JsonValue }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false),
    number,
    text,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 3 }),
  ),
})).json;

const stepIds = ["alpha", "beta-2", "_c"];

const reference: fc.Arbitrary<Expression> = fc.oneof(
  fc.constant<Expression>({ kind: "reference", root: "execution", path: ["id"] }),
  fc.constant<Expression>({ kind: "reference", root: "workflow", path: ["version"] }),
  fc
    .array(fc.oneof(text, fc.nat(99)), { maxLength: 3 })
    .map((path): Expression => ({ kind: "reference", root: "input", path })),
);

const call = (name: FunctionName, ...given: readonly fc.Arbitrary<Expression>[]): fc.Arbitrary<Expression> =>
  fc.tuple(...given).map((parsed): Expression => ({ kind: "call", name, arguments: parsed }));
const pair = (
  kind: "or" | "and" | "default" | ComparisonOperator,
  leftSide: fc.Arbitrary<Expression>,
  rightSide: fc.Arbitrary<Expression> = leftSide,
): fc.Arbitrary<Expression> =>
  fc
    .record({ left: leftSide, right: rightSide })
    .map((sides): Expression =>
      kind === "or" || kind === "and" || kind === "default"
        ? { kind, ...sides }
        : { kind: "comparison", operator: kind, ...sides },
    );
const constant = (value: JsonValue): Expression => ({ kind: "value", value });
const fromInput = fc
  .array(fc.oneof(text, fc.nat(99)), { maxLength: 3 })
  .map((path): Expression => ({ kind: "reference", root: "input", path }));

/** Expressions of which no part can only fail: the checker refuses the others. */
const { data, truth, scalar } = fc.letrec<Record<"data" | "truth" | "count" | "words" | "list" | "scalar", Expression>>(
  (tie) => ({
    data: fc.oneof(
      { maxDepth: 3 },
      reference,
      json.map(constant),
      pair("default", tie("data")),
      tie("list"),
      tie("scalar"),
    ),
    truth: fc.oneof(
      { maxDepth: 3 },
      fromInput,
      fc.boolean().map(constant),
      pair("or", tie("truth")),
      pair("and", tie("truth")),
      pair("default", tie("truth")),
      tie("truth").map((operand): Expression => ({ kind: "not", operand })),
      pair("==", tie("data")),
      pair("!=", tie("data")),
      ...(["<", "<=", ">", ">="] as const).flatMap((order) => [pair(order, tie("count")), pair(order, tie("words"))]),
      pair("in", tie("data"), tie("list")),
      pair("in", tie("words")),
      call("exists", tie("data")),
      call("startsWith", tie("words"), tie("words")),
      call("endsWith", tie("words"), tie("words")),
    ),
    count: fc.oneof(
      { maxDepth: 3 },
      fromInput,
      number.map(constant),
      pair("default", tie("count")),
      call("length", tie("words")),
      call("length", tie("list")),
    ),
    words: fc.oneof(
      { maxDepth: 3 },
      reference,
      text.map(constant),
      pair("default", tie("words")),
      call("json", tie("data")),
      call("join", tie("list")),
      call("join", tie("list"), tie("words")),
    ),
    list: fc.oneof({ maxDepth: 3 }, fromInput, fc.array(fc.oneof(number, text), { maxLength: 3 }).map(constant)),
    scalar: fc.oneof({ maxDepth: 3 }, tie("truth"), tie("count"), tie("words")),
  }),
);

const template: fc.Arbitrary<Template> = fc
  .letrec<{ template: Template }>((tie) => ({
    template: fc.oneof(
      { maxDepth: 3 },
      json.map((value): Template => ({ kind: "literal", value })),
      data.map((value): Template => ({ kind: "expression", expression: value })),
      fc
        .array(fc.oneof(text, scalar), { minLength: 1, maxLength: 5 })
        .map((parts): Template => ({ kind: "text", parts })),
      fc.array(tie("template"), { maxLength: 3 }).map((items): Template => ({ kind: "array", items })),
      fc.dictionary(key, tie("template"), { maxKeys: 3 }).map((entries): Template => ({ kind: "object", entries })),
    ),
  }))
  .template.map(foldTemplate);

const limitMs = fc.oneof(fc.integer({ min: 1, max: 2 ** 31 - 1 }), fc.constantFrom(1, 90_000, 86_400_000));
const durationMs = fc.oneof(fc.nat(), fc.constantFrom(0, 500, 1_000, 90_000, 3_600_000, 86_400_000));
const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const retry: fc.Arbitrary<RetryPolicy | undefined> = fc
  .record({
    maxAttempts: maybe(fc.integer({ min: 1, max: 9 })),
    baseDelayMs: maybe(durationMs),
    maxDelayMs: maybe(durationMs),
    jitter: maybe(
      fc.oneof(fc.constantFrom("none", "full", "equal", "decorrelated"), fc.constant({ randomizationFactor: 0.25 })),
    ),
    maxElapsedMs: maybe(limitMs),
    retryOn: maybe(fc.array(fc.constantFrom("timeout", "http5xx"), { maxLength: 2 })),
  })
  .map((fields) => {
    const policy = presentFields<RetryPolicy>(fields);
    return Object.keys(policy).length === 0 ? undefined : policy;
  });

const circuitBreaker: fc.Arbitrary<CircuitBreakerPolicy> = fc
  .record({
    failureThreshold: fc.integer({ min: 1, max: 9 }),
    resetTimeoutMs: maybe(limitMs),
    halfOpenProbes: maybe(fc.constant(2)),
    target: maybe(fc.tuple(text, reference, text).map((parts) => foldTemplate({ kind: "text", parts }))),
  })
  .map((fields) => presentFields<CircuitBreakerPolicy>(fields));

const bulkhead = maybe(
  fc
    .record({ maxConcurrent: maybe(fc.constant(3)), maxQueue: maybe(fc.constantFrom(0, 7)) })
    .map((fields) => presentFields<BulkheadPolicy>(fields)),
);
const rateLimit = maybe(fc.record({ limit: fc.integer({ min: 1, max: 99 }), perMs: limitMs }));

const budget = maybe(
  fc
    .record({
      wallClockMs: limitMs,
      tokens: maybe(fc.integer({ min: 1 })),
      usd: maybe(fc.constantFrom(0.01, 5)),
      calls: maybe(fc.constant(3)),
    })
    .map((fields) => presentFields<Budget>(fields)),
);

const stepPolicies = fc
  .record({
    timeoutMs: maybe(limitMs),
    retry,
    circuitBreaker: maybe(circuitBreaker),
    bulkhead,
    rateLimit,
    idempotencyKey: fc.constant(undefined),
  })
  .map((fields) => presentFields<Step["policies"]>(fields));

const label = fc.string({ minLength: 1, maxLength: 8, unit: "binary" });

/** Roots that stand for something only where a part of the step says so. */
const localReference = (...roots: readonly ("item" | "index" | "output")[]): fc.Arbitrary<Expression> =>
  fc
    .tuple(fc.constantFrom(...roots), fc.array(text, { maxLength: 2 }))
    .map(([root, path]): Expression => ({ kind: "reference", root, path: root === "index" ? [] : path }));

const common = {
  name: maybe(label),
  description: maybe(label),
  condition: maybe(truth),
  onError: fc.constantFrom("fail" as const, "continue" as const, "retry" as const),
};

/** Of which nothing is known before the run, so that any part of an item may be there. */
const items = fc.oneof(
  fc
    .array(text, { maxLength: 2 })
    .map((path): Expression => ({ kind: "reference", root: "input", path: ["list", ...path] })),
  fc.constant(constant([])),
);
const forEach = maybe(
  fc
    .record({ items, maxConcurrency: maybe(fc.integer({ min: 1, max: 9 })) })
    .map((fields) => presentFields<ForEach>(fields)),
);
const repeat = (until: fc.Arbitrary<Expression>) =>
  maybe(
    fc
      .record({ until, maxIterations: fc.integer({ min: 1, max: 10_000 }), delayMs: maybe(durationMs) })
      .map((fields) => presentFields<Repeat>(fields)),
  );

const agent = fc
  .record({ id: fc.constant("@a/b"), version: maybe(fc.constantFrom("^1.0.0", "1.2.3")), config: maybe(template) })
  .map((fields) => presentFields<AgentReference>(fields));

function callWith(id: string) {
  const own: Expression = { kind: "reference", root: "steps", path: [id, "output"] };
  const undoing = fc.oneof(template, fc.constant<Template>({ kind: "expression", expression: own }));
  return forEach.chain((each) => {
    const local = each === undefined ? template : fc.oneof(template, embeddedItem);
    const until = fc.oneof(truth, each === undefined ? localReference("output") : localReference("output", "item"));
    return fc.record({
      ...common,
      input: local,
      forEach: fc.constant(each),
      repeat: repeat(until),
      output: stepOutput,
      compensate: maybe(fc.record({ agent, input: undoing })),
    });
  });
}

const stepOutput = maybe(
  fc.constantFrom<NonNullable<AgentStep["output"]>>(
    { schema: true },
    { redact: [["", "${x}"], ["a", "b-c"], ["items"]] },
    { schema: { description: "${not read}" }, redact: [["user", "e mail"]] },
  ),
);

const embeddedItem = localReference("item", "index").map((local): Template => ({
  kind: "object",
  entries: { of: { kind: "expression", expression: local } },
}));

const rest = { dependencies: [], fallbackStepId: undefined };

const idempotencyKey = maybe(
  fc.constantFrom<Template>(
    { kind: "expression", expression: { kind: "reference", root: "execution", path: ["id"] } },
    { kind: "text", parts: ["${", { kind: "reference", root: "input", path: ["order"] }] },
  ),
);

const agentStep = (id: string): fc.Arbitrary<Step> =>
  fc.tuple(callWith(id), agent, stepPolicies, idempotencyKey).map(([fields, named, usual, ownKey]) => {
    const hasKey = ownKey !== undefined && fields.forEach === undefined;
    const policies = hasKey ? { ...usual, idempotencyKey: ownKey } : usual;
    return presentFields<AgentStep>({ kind: "agent", id, ...fields, agent: named, policies, ...rest });
  });

const workflowStep = (id: string): fc.Arbitrary<Step> =>
  fc.tuple(callWith(id), maybe(limitMs), retry).map(([fields, timeoutMs, retried]) =>
    presentFields<WorkflowStep>({
      kind: "workflow",
      id,
      ...fields,
      workflow: { id: "child" },
      policies: presentFields<Pick<Step["policies"], "timeoutMs" | "retry">>({ timeoutMs, retry: retried }),
      ...rest,
    }),
  );

const waitMs = fc.oneof(fc.integer({ min: 1, max: maxWaitMs }), fc.constantFrom(1, 90_000, maxWaitMs));
const wait = fc.oneof(
  waitMs.map((ms): Wait => ({ kind: "duration", ms })),
  fc
    .oneof(
      fc.constant<Template>({ kind: "literal", value: "2026-03-01T09:00:00+01:00" }),
      reference.map((at): Template => ({ kind: "expression", expression: at })),
    )
    .map((time): Wait => ({ kind: "until", time })),
  fc
    .tuple(fc.constantFrom("approve", "order.paid-2"), maybe(waitMs))
    .map(([name, timeoutMs]): Wait => ({ kind: "signal", name, ...(timeoutMs !== undefined && { timeoutMs }) })),
);

const waitStep = (id: string): fc.Arbitrary<Step> =>
  fc
    .tuple(fc.record(common), wait)
    .map(([fields, what]) =>
      presentFields<WaitStep>({ kind: "wait", id, ...fields, wait: what, policies: {}, ...rest }),
    );

function stepWith(id: string): fc.Arbitrary<Step> {
  return fc.oneof({ weight: 3, arbitrary: agentStep(id) }, workflowStep(id), waitStep(id));
}

/** Every step may wait for the ones before it. */
const steps = fc
  .tuple(fc.tuple(...stepIds.map(stepWith)), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }))
  .map(([list, waits]) => {
    const positions = new Map(list.map((step, index) => [step.id, index]));
    return list.map((step, index): Step => {
      const dependencies = stepIds.filter((_, earlier) => earlier < index && waits[earlier] === true);
      return { ...step, dependencies: stepOrderedDependencies({ ...step, dependencies }, positions) };
    });
  });

const workflow: fc.Arbitrary<Workflow> = fc
  .record({
    steps,
    variables: fc.dictionary(key, json, { maxKeys: 3 }),
    environment: maybe(fc.constantFrom(["HOME", "_x"], ["A"])),
    secrets: maybe(fc.constantFrom(["_", "github/token"], ["a"])),
    output: maybe(template),
    input: maybe(fc.constantFrom<Workflow["input"]>(true, {}, { description: "${not read}" })),
    policies: fc
      .record({
        globalTimeoutMs: maybe(limitMs),
        timeoutMs: maybe(limitMs),
        retry,
        maxConcurrentSteps: maybe(fc.integer({ min: 1, max: 99 })),
        onFailure: maybe(fc.constantFrom("abort", "drain")),
        gracePeriodMs: maybe(durationMs),
        budget,
        circuitBreaker: maybe(circuitBreaker),
        bulkhead,
        rateLimit,
      })
      .map((fields) => presentFields<Workflow["policies"]>(fields)),
  })
  .map((fields) =>
    presentFields<Workflow>({
      kind: "workflow",
      version: "1.2.3-beta.1",
      metadata: { id: "w", name: "W", tags: ["a"] },
      ...fields,
    }),
  );

describe("printWorkflow()", () => {
  test("gives text that compiles to an equal workflow with an equal hash", () => {
    fc.assert(
      fc.property(workflow, (given) => {
        const printed = printWorkflow(given);
        const compiled = compile(printed);
        fc.pre(!compiled.diagnostics.some(({ code }) => code === "EXPRESSION_TOO_LARGE"));
        // A drawn condition may be a constant, of which the checker warns.
        expect(compiled.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
        expect(compiled.workflow).toEqual(given);
        expect(compiled.workflow && workflowHash(compiled.workflow)).toBe(workflowHash(given));
      }),
      { numRuns: 1_000 },
    );
  }, 30_000);

  test("keeps a text of one expression apart from the expression itself", () => {
    const given = compile(
      JSON.stringify({
        version: "1.0.0",
        metadata: { id: "w", name: "W" },
        steps: [
          {
            id: "a",
            agent: { id: "@a/b" },
            input: ["${input.n}", "${input.n}${''}", "$${n}", "${'$'}${input.n}", "$${'$'}"],
          },
        ],
      }),
    ).workflow;
    if (given === undefined) throw new Error("does not compile");
    const n: Expression = { kind: "reference", root: "input", path: ["n"] };
    expect(given.steps[0]).toHaveProperty("input", {
      kind: "array",
      items: [
        { kind: "expression", expression: n },
        { kind: "text", parts: [n] },
        { kind: "literal", value: "${n}" },
        { kind: "text", parts: ["$", n] },
        { kind: "literal", value: "${'$'}" },
      ],
    });
    expect(compile(printWorkflow(given)).workflow).toEqual(given);
  });
});
