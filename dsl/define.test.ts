import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import { builtInAgents } from "../lib/agents/built-in.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { helloWorld } from "../lib/agents/hello-world.ts";
import type { AgentContext } from "../lib/agents/agent.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import type { JsonValue } from "../lib/json.ts";
import type { Expression, Workflow } from "../lib/workflow.ts";
import { workflowHash } from "../lib/workflow-hash.ts";
import { parseWorkflow } from "./compile.ts";
import { inputSchema } from "./input-schema.ts";
import { defineWorkflow } from "./define.ts";
import {
  and,
  contains,
  endsWith,
  equals,
  exists,
  greaterThan,
  join,
  json,
  length,
  lessThan,
  not,
  notEquals,
  or,
  startsWith,
} from "./operators.ts";
import { printWorkflow } from "./print.ts";
import { field } from "./reference.ts";
import type { StepHandle } from "./step-options.ts";
import { text } from "./text.ts";
import type { ExpressionValue, JsonTemplate, Ref } from "./typed-value.ts";
import type { WorkflowDefinition } from "./workflow-definition.ts";

const webSearch = defineAgent({
  id: "@test/search",
  version: "1.2.0",
  input: v.object({ query: v.string(), limit: v.optional(v.number(), 10) }),
  output: v.object({
    items: v.array(v.object({ title: v.string(), score: v.number() })),
    tone: v.optional(v.string()),
    best: v.nullable(v.object({ url: v.string() })),
  }),
  execute: ({ query, limit }) => ({ items: [{ title: query, score: limit }], best: null }),
});

const writer = defineAgent({
  id: "@test/writer",
  version: "1.0.0",
  input: v.object({ notes: v.array(v.object({ title: v.string(), score: v.number() })), style: v.string() }),
  output: v.object({ markdown: v.string() }),
  execute: ({ style }) => ({ markdown: style }),
});

const slice: Workflow = {
  kind: "workflow",
  version: "1.0.0",
  metadata: { id: "vs-test-workflow", name: "Vertical Slice Test" },
  variables: {},
  steps: [
    {
      kind: "agent",
      id: "step1",
      name: "Hello Step",
      agent: { id: "@orchestr8/hello-world" },
      input: { kind: "literal", value: { message: "Hello from step 1" } },
      dependencies: [],
      onError: "fail",
      policies: {},
    },
    {
      kind: "agent",
      id: "step2",
      name: "Echo Step",
      agent: { id: "@orchestr8/hello-world" },
      input: {
        kind: "object",
        entries: {
          message: {
            kind: "expression",
            expression: { kind: "reference", root: "steps", path: ["step1", "output", "result"] },
          },
        },
      },
      dependencies: ["step1"],
      onError: "fail",
      policies: {},
    },
  ],
  policies: { retry: { maxAttempts: 2 }, circuitBreaker: { failureThreshold: 3 } },
};

function defineSlice(): WorkflowDefinition {
  return defineWorkflow({
    id: "vs-test-workflow",
    name: "Vertical Slice Test",
    version: "1.0.0",
    policies: { resilience: { retry: { maxAttempts: 2 }, circuitBreaker: { failureThreshold: 3 } } },
    steps: ({ step }) => {
      const first = step("step1", { name: "Hello Step", agent: helloWorld, input: { message: "Hello from step 1" } });
      step("step2", { name: "Echo Step", agent: helloWorld, input: { message: first.output.result } });
    },
  });
}

const context: AgentContext = {
  executionId: "execution",
  item: undefined,
  stepId: "step",
  attempt: 1,
  idempotencyKey: "execution:step",
  correlationId: "execution",
  deadline: 0,
  config: undefined,
  resource: undefined,
  secrets: {},
  logger: { debug() {}, info() {}, warn() {}, error() {} },
  fetch: globalThis.fetch,
  progress() {},
};

/** The condition of a one-step workflow whose input is untyped. */
function conditionOf(condition: (input: Ref<unknown>) => ExpressionValue<boolean>): unknown {
  const { workflow } = defineWorkflow({
    id: "c",
    version: "1.0.0",
    steps: ({ input, step }) => {
      step("only", { agent: "@test/any", input: {}, condition: condition(input) });
    },
  });
  return workflow.steps[0]?.condition;
}

const ref = (...path: readonly (string | number)[]): Expression => ({ kind: "reference", root: "input", path });
const value = (constant: JsonValue): Expression => ({ kind: "value", value: constant });

describe("defineWorkflow()", () => {
  test("gives the canonical AST of the slice workflow", () => {
    expect(defineSlice().workflow).toEqual(slice);
  });

  test("gives the AST that the slice workflow's file compiles to, with the same hash", async () => {
    const file = Bun.file(new URL("../examples/slice/vertical-slice.o8.json", import.meta.url));
    const compiled = parseWorkflow(await file.text(), { agents: createAgentRegistry(builtInAgents) });
    const { workflow } = defineSlice();
    expect(workflow).toEqual(compiled);
    expect(workflowHash(workflow)).toBe(workflowHash(compiled));
  });

  test("prints as a file that compiles to an equal AST", () => {
    const { workflow } = defineWorkflow({
      id: "round.trip",
      version: "0.1.0-beta.1",
      description: "All kinds of templates",
      tags: ["test"],
      input: { type: "object" },
      variables: { list: [1, { a: null }] },
      policies: { timeout: { global: "1h" }, resilience: { retry: { jitter: "none" } } },
      steps: ({ input, variables, execution, step }) => {
        const backup = step("backup", { agent: "@test/any", input: {} });
        const first = step("first", { agent: "@test/any", version: "^1.0.0", input: "${literal}", fallback: backup });
        const second = step("second", {
          agent: "@test/any",
          config: { region: input.region.default("eu") },
          input: [
            text`${first.output.id}`,
            text`$${"{"}x} ${execution.id}`,
            field(first.output, "default"),
            variables.list[1].a,
          ],
          condition: and(or(not(input.off), equals(input.n, 0)), lessThan(length(input.items), 3)),
          policies: { circuitBreaker: { target: text`host-${input.host}` } },
        });
        return { all: [second.output.default(null), second.status], note: "done" };
      },
    });
    expect(parseWorkflow(printWorkflow(workflow))).toEqual(workflow);
  });

  test("brings along each agent that was given as an object once", () => {
    expect(defineSlice().agents).toEqual([helloWorld]);
  });

  test("freezes everything it gives, and nothing it was given", () => {
    const input = { type: "object", properties: { tags: { type: "array" } } };
    const variables = { limits: [1, 2] };
    const definition = defineWorkflow({
      id: "frozen",
      version: "1.0.0",
      input,
      variables,
      steps: ({ step }) => {
        step("only", { agent: "@test/any", input: { deep: [{ er: 1 }] } });
      },
    });
    const thawed: unknown[] = [];
    const visit = (node: unknown): void => {
      if (typeof node !== "object" || node === null) return;
      if (!Object.isFrozen(node)) thawed.push(node);
      Object.values(node).forEach(visit);
    };
    visit(definition);
    expect(thawed).toEqual([]);
    expect([input, input.properties, variables, variables.limits].some((given) => Object.isFrozen(given))).toBe(false);
  });

  test("orders declared and referenced dependencies by the order of the steps", () => {
    const { workflow } = defineWorkflow({
      id: "order",
      version: "1.0.0",
      steps: ({ step }) => {
        const a = step("a", { agent: "@test/any", input: {} });
        const b = step("b", { agent: "@test/any", input: {} });
        const c = step("c", { agent: "@test/any", input: {} });
        const d = step("d", { agent: "@test/any", input: {} });
        step("e", {
          agent: "@test/any",
          config: { from: d.output.x },
          dependsOn: [c, "a", c],
          input: text`${b.output.y}`,
          condition: equals(a.status, "completed"),
          policies: { circuitBreaker: { target: d.output.host } },
        });
      },
    });
    expect(workflow.steps.map(({ dependencies }) => dependencies)).toEqual([[], [], [], [], ["a", "b", "c", "d"]]);
  });

  test("writes references, defaults and texts anywhere in an input, and folds what is constant", () => {
    const { workflow } = defineWorkflow({
      id: "templates",
      version: "1.0.0",
      variables: { unit: "km" },
      steps: ({ input, variables, execution, workflow: self, step }) => {
        step("only", {
          agent: "@test/any",
          input: {
            literal: { nested: [1, "${not.an.expression}", null], gone: undefined },
            list: [input.items[0].title, 2],
            fallback: input.tone.default("plain").default(0),
            greeting: text`Hello ${input.name}, ${7} ${text`x${variables.unit}`}!`,
            where: [execution.id, self.version],
          },
        });
      },
    });
    expect(workflow.variables).toEqual({ unit: "km" });
    expect(workflow.steps[0]).toHaveProperty("input", {
      kind: "object",
      entries: {
        literal: { kind: "literal", value: { nested: [1, "${not.an.expression}", null] } },
        list: {
          kind: "array",
          items: [
            { kind: "expression", expression: ref("items", 0, "title") },
            { kind: "literal", value: 2 },
          ],
        },
        fallback: {
          kind: "expression",
          expression: {
            kind: "default",
            left: { kind: "default", left: ref("tone"), right: value("plain") },
            right: value(0),
          },
        },
        greeting: {
          kind: "text",
          parts: ["Hello ", ref("name"), ", 7 x", { kind: "reference", root: "variables", path: ["unit"] }, "!"],
        },
        where: {
          kind: "array",
          items: [
            { kind: "expression", expression: { kind: "reference", root: "execution", path: ["id"] } },
            { kind: "expression", expression: { kind: "reference", root: "workflow", path: ["version"] } },
          ],
        },
      },
    });
  });

  test("keeps a text without references a literal", () => {
    const { workflow } = defineWorkflow({
      id: "t",
      version: "1.0.0",
      steps: ({ step }) => {
        step("only", { agent: "@test/any", input: { message: text`a${1}b${true}` } });
      },
    });
    expect(workflow.steps[0]).toHaveProperty("input", { kind: "literal", value: { message: "a1btrue" } });
  });

  test("takes the output from what the steps function returns", () => {
    const { workflow } = defineWorkflow({
      id: "o",
      version: "1.0.0",
      steps: ({ step }) => {
        const first = step("first", { agent: helloWorld, input: { message: "x" } });
        return { result: first.output.result, fixed: 1 };
      },
    });
    expect(workflow.output).toEqual({
      kind: "object",
      entries: {
        result: {
          kind: "expression",
          expression: { kind: "reference", root: "steps", path: ["first", "output", "result"] },
        },
        fixed: { kind: "literal", value: 1 },
      },
    });
  });

  test("converts policies of the workflow and of a step", () => {
    const { workflow } = defineWorkflow({
      id: "p",
      version: "1.0.0",
      policies: {
        timeout: { global: "5m", perStep: 250 },
        resilience: { compositionOrder: "retry-cb-timeout", retry: {} },
        concurrency: { maxConcurrentSteps: 3, onFailure: "drain" },
        cancellation: { gracePeriod: "1s" },
      },
      steps: ({ input, step }) => {
        step("only", {
          agent: "@test/any",
          version: "^2.0.0",
          input: {},
          onError: "retry",
          policies: {
            timeout: "2s",
            retry: { maxAttempts: 5, baseDelay: "10ms", jitter: { randomizationFactor: 0.2 }, retryOn: ["timeout"] },
            circuitBreaker: { target: text`host-${input.host}` },
          },
        });
      },
    });
    expect(workflow.policies).toEqual({
      globalTimeoutMs: 300_000,
      timeoutMs: 250,
      maxConcurrentSteps: 3,
      onFailure: "drain",
      gracePeriodMs: 1_000,
    });
    expect(workflow.steps[0]).toEqual({
      kind: "agent",
      id: "only",
      agent: { id: "@test/any", version: "^2.0.0" },
      input: { kind: "literal", value: {} },
      dependencies: [],
      onError: "retry",
      policies: {
        timeoutMs: 2_000,
        retry: { maxAttempts: 5, baseDelayMs: 10, jitter: { randomizationFactor: 0.2 }, retryOn: ["timeout"] },
        circuitBreaker: { target: { kind: "text", parts: ["host-", ref("host")] } },
      },
    });
  });

  test("makes a function step an agent of the workflow's id and version", async () => {
    const { workflow, agents } = defineWorkflow({
      id: "My.Flow",
      version: "2.1.0",
      steps: ({ step }) => {
        const found = step("find", { agent: webSearch, input: { query: "tides" } });
        const sum = step("Sum", {
          input: { scores: found.output.items, factor: 2 },
          run: ({ scores, factor }) => ({ total: scores.reduce((total, { score }) => total + score, 0) * factor }),
        });
        expectTypeOf(sum.output.total).toEqualTypeOf<Ref<number>>();
      },
    });
    expect(workflow.steps[1]).toHaveProperty("agent", { id: "@my.flow/sum", version: "2.1.0" });
    const inline = agents.find(({ id }) => id === "@my.flow/sum");
    const scores = [{ score: 1 }, { score: 4 }];
    expect(await inline?.execute({ scores, factor: 2 }, context, new AbortController().signal)).toEqual({
      total: 10,
    });
  });

  test("lets a fallback step take a failed step's place", () => {
    const { workflow } = defineWorkflow({
      id: "f",
      version: "1.0.0",
      steps: ({ step }) => {
        const backup = step("backup", { agent: helloWorld, input: { message: "b" } });
        step("main", { agent: helloWorld, input: { message: "m" }, fallback: backup });
      },
    });
    expect(workflow.steps[1]).toMatchObject({ onError: "fallback", fallbackStepId: "backup", dependencies: [] });
  });

  test("writes the JSON Schema of an input into the workflow, and of a Standard Schema that has one", () => {
    const document = { type: "object", required: ["topic"] } as const;
    const { "~standard": plain } = v.object({ topic: v.string() });
    const other = { ...plain, vendor: "other" };
    const standard = { "~standard": { ...other, jsonSchema: { input: () => document, output: () => true } } };
    const valibot = v.object({ topic: v.optional(v.string(), "tides") });
    const schemaOf = (input: typeof document | typeof standard | typeof valibot) =>
      defineWorkflow({
        id: "i",
        version: "1.0.0",
        input,
        steps: ({ step }) => {
          step("only", { agent: "@test/any", input: {} });
        },
      }).workflow.input;
    expect([schemaOf(document), schemaOf(standard), schemaOf(valibot)]).toEqual([
      document,
      document,
      { type: "object", properties: { topic: { type: "string", default: "tides" } }, required: [] },
    ]);
  });

  test("refuses an input schema that JSON Schema cannot express instead of not checking it", () => {
    const { "~standard": plain } = v.string();
    const define = (input: Parameters<typeof inputSchema>[0]) => () => inputSchema(input, "i");
    expect(define({ "~standard": { ...plain, vendor: "other" } })).toThrow(
      "its input schema cannot be written as JSON Schema",
    );
    expect(define(v.date())).toThrow('Cannot define workflow "i": its input schema is no JSON Schema');
  });
});

describe("expressions of defineWorkflow()", () => {
  const cases: [string, (input: Ref<unknown>) => ExpressionValue<boolean>, unknown][] = [
    ["equals", (i) => equals(i.a, 1), { kind: "comparison", operator: "==", left: ref("a"), right: value(1) }],
    [
      "notEquals",
      (i) => notEquals("x", i.a),
      { kind: "comparison", operator: "!=", left: value("x"), right: ref("a") },
    ],
    ["lessThan", (i) => lessThan(i.a, i.b), { kind: "comparison", operator: "<", left: ref("a"), right: ref("b") }],
    [
      "contains",
      (i) => contains(["a", "b"], i.x),
      { kind: "comparison", operator: "in", left: ref("x"), right: value(["a", "b"]) },
    ],
    ["not", (i) => not(i.a), { kind: "not", operand: ref("a") }],
    [
      "and, or",
      (i) => or(and(i.a, i.b, i.c), exists(i.d)),
      {
        kind: "or",
        left: { kind: "and", left: { kind: "and", left: ref("a"), right: ref("b") }, right: ref("c") },
        right: { kind: "call", name: "exists", arguments: [ref("d")] },
      },
    ],
    [
      "length",
      (i) => greaterThan(length(i.items), 0),
      {
        kind: "comparison",
        operator: ">",
        left: { kind: "call", name: "length", arguments: [ref("items")] },
        right: value(0),
      },
    ],
    [
      "startsWith, endsWith",
      (i) => and(startsWith(i.a, "x"), endsWith(i.a, i.b)),
      {
        kind: "and",
        left: { kind: "call", name: "startsWith", arguments: [ref("a"), value("x")] },
        right: { kind: "call", name: "endsWith", arguments: [ref("a"), ref("b")] },
      },
    ],
    [
      "join, json",
      (i) => equals(join(i.a), json(i.b)),
      {
        kind: "comparison",
        operator: "==",
        left: { kind: "call", name: "join", arguments: [ref("a")] },
        right: { kind: "call", name: "json", arguments: [ref("b")] },
      },
    ],
    [
      "field() for names a property access cannot say",
      (i) => equals(field(i, "default"), field(i, "0")),
      { kind: "comparison", operator: "==", left: ref("default"), right: ref("0") },
    ],
    [
      "the names of object methods as fields",
      (i) => equals(i.constructor, i.toString),
      {
        kind: "comparison",
        operator: "==",
        left: ref("constructor"),
        right: ref("toString"),
      },
    ],
  ];
  test.each(cases)("writes %s", (_name, condition, expected) => {
    expect(conditionOf(condition)).toEqual(expected);
  });
});

describe("a contradiction in defineWorkflow()", () => {
  function define(steps: Parameters<typeof defineWorkflow>[0]["steps"], id = "w", version = "1.0.0"): unknown {
    return defineWorkflow({ id, version, steps });
  }
  function foreignHandle(): StepHandle<unknown> {
    let handle: StepHandle<unknown> | undefined;
    defineWorkflow({
      id: "other",
      version: "1.0.0",
      steps: ({ step }) => {
        handle = step("theirs", { agent: "@test/any", input: {} });
      },
    });
    if (handle === undefined) throw new Error("steps did not run");
    return handle;
  }
  const any = { agent: "@test/any", input: {} } as const;

  const cases: [string, () => unknown, string][] = [
    [
      "a duplicate id",
      () => define(({ step }) => void [step("a", any), step("a", any)]),
      'Cannot define step "a" of workflow "w": another step has this id',
    ],
    [
      "an id that expressions could not name",
      () => define(({ step }) => void step("1st", any)),
      'Cannot define step "1st" of workflow "w": an id must be letters, digits, _ and -, and start with a letter or _',
    ],
    [
      "a dependency that is not there",
      () => define(({ step }) => void step("a", { ...any, dependsOn: ["b"] })),
      'Cannot define step "a" of workflow "w": it depends on "b", which is not one of the steps',
    ],
    [
      "a reference to another workflow's step",
      () => define(({ step }) => void step("a", { ...any, input: { x: foreignHandle().output.y } })),
      'Cannot define step "a" of workflow "w": a value of workflow "other" has no meaning in another workflow',
    ],
    [
      "a dependency on another workflow's step",
      () => define(({ step }) => void step("a", { ...any, dependsOn: [foreignHandle()] })),
      'Cannot define step "a" of workflow "w": step "theirs" belongs to another workflow',
    ],
    [
      "values of two workflows in one expression",
      () => define(({ input, step }) => void step("a", { ...any, condition: equals(input, foreignHandle().output) })),
      'Cannot combine values of two workflows: one belongs to "w", one to "other"',
    ],
    [
      "a reference in a template string",
      () =>
        define(({ step }) => {
          const a = step("a", any);
          step("b", { ...any, input: { message: `got ${a.output.items[2]}` } });
        }),
      'Cannot make a string of steps.a.output.items[2] in workflow "w": its value exists when the workflow runs; name its fields, or use the text tag for text',
    ],
    [
      "an expression in a template string",
      // oxlint-disable-next-line no-base-to-string, restrict-template-expressions -- the mistake that is tested
      () => define(({ input, step }) => void step("a", { ...any, input: `${exists(input.x)}` })),
      "Cannot make a string of an expression: use the text tag, as in text`…`",
    ],
    [
      "a reference that is spread",
      () => define(({ input, step }) => void step("a", { ...any, input: { ...input } })),
      'Cannot list the fields of input in workflow "w": its value exists when the workflow runs; name its fields, or use the text tag for text',
    ],
    [
      "a step where its output was meant",
      () => define(({ step }) => void step("b", { ...any, input: { x: Object(step("a", any)) } })),
      'Cannot define step "b" of workflow "w": only JSON and references can be written here, not a class instance',
    ],
    [
      "data that is not JSON",
      () => define(({ step }) => void step("a", { ...any, input: { x: Number.NaN } })),
      'Cannot define step "a" of workflow "w": only JSON and references can be written here, not the number NaN',
    ],
    [
      "a key that could change the prototype",
      () =>
        define(
          ({ step }) =>
            void step("a", { ...any, input: { x: JSON.parse('{"__proto__":1}') as Record<string, number> } }),
        ),
      'Cannot define step "a" of workflow "w": data must not have the key "__proto__"',
    ],
    [
      "a duration out of range",
      () => define(({ step }) => void step("a", { ...any, policies: { timeout: "soon" } })),
      'Cannot define step "a" of workflow "w": Cannot read policy "timeout": it must be a duration such as 500, "30s" or "5m"',
    ],
    [
      "a fallback that is not used",
      () => define(({ step }) => void step("b", { ...any, onError: "fail", fallback: step("a", any) })),
      'Cannot define step "b" of workflow "w": onError "fallback" and a fallback step go together',
    ],
    [
      "two agents of one id and version",
      () =>
        define(({ step }) => {
          step("a", { agent: helloWorld, input: { message: "" } });
          step("b", { agent: { ...helloWorld }, input: { message: "" } });
        }),
      'Cannot define step "b" of workflow "w": there is another agent "@orchestr8/hello-world" of version 1.0.0',
    ],
    ["no steps", () => define(() => {}), 'Cannot define workflow "w": it must have at least one step'],
    [
      "an id that files could not have",
      () => define(() => {}, "my workflow"),
      'Cannot define workflow "my workflow": an id must be letters, digits, ".", "_" and "-"',
    ],
    [
      "a version that is not semver",
      () => define(() => {}, "w", "v1"),
      'Cannot define workflow "w": version must be semver such as "1.0.0"',
    ],
  ];
  test.each(cases)("throws for %s", (_name, run, message) => {
    expect(run).toThrow(new TypeError(message));
  });

  test("throws for data that contains itself, instead of overflowing the stack", () => {
    const loop: { self?: JsonTemplate } = {};
    loop.self = loop;
    expect(() => define(({ step }) => void step("a", { ...any, input: loop }))).toThrow(
      new TypeError('Cannot define step "a" of workflow "w": data must not be nested deeper than 64 levels'),
    );
  });
});

describe("types of defineWorkflow()", () => {
  test("give references the type of the data they name", () => {
    const definition = defineWorkflow({
      id: "types",
      version: "1.0.0",
      input: v.object({ topic: v.string(), depth: v.optional(v.number(), 1) }),
      variables: { limits: { words: 100 } },
      steps: ({ input, variables, step }) => {
        expectTypeOf(input.topic).toEqualTypeOf<Ref<string>>();
        expectTypeOf(input.depth).toEqualTypeOf<Ref<number>>();
        const found = step("search", { agent: webSearch, input: { query: input.topic } });
        expectTypeOf(found.output.items[0].title).toEqualTypeOf<Ref<string>>();
        expectTypeOf(found.output.tone).toEqualTypeOf<Ref<string | undefined>>();
        expectTypeOf(found.output.best.url).toEqualTypeOf<Ref<string | undefined>>();
        expectTypeOf(found.output.tone.default("plain")).toEqualTypeOf<ExpressionValue<string>>();
        const paper = step("write", {
          agent: writer,
          input: { notes: found.output.items, style: found.output.tone.default("plain") },
        });
        return { text: paper.output.markdown, words: variables.limits.words, fixed: [true] };
      },
    });
    expectTypeOf(definition).toEqualTypeOf<
      WorkflowDefinition<{ topic: string; depth?: number | undefined }, { text: string; words: 100; fixed: boolean[] }>
    >();
    expect(definition.workflow.steps.map(({ dependencies }) => dependencies)).toEqual([[], ["search"]]);
  });

  test("add undefined where a step may end without an output", () => {
    defineWorkflow({
      id: "absent",
      version: "1.0.0",
      steps: ({ input, step }) => {
        const skipped = step("a", { agent: helloWorld, input: { message: "" }, condition: exists(input.x) });
        expectTypeOf(skipped.output.result).toEqualTypeOf<Ref<string | undefined>>();
        const passed = step("b", { agent: helloWorld, input: { message: "" }, onError: "continue" });
        expectTypeOf(passed.output.result).toEqualTypeOf<Ref<string | undefined>>();
        // @ts-expect-error -- it may be missing
        step("c", { agent: helloWorld, input: { message: passed.output.result } });
        step("d", { agent: helloWorld, input: { message: passed.output.result.default("") } });
        const backup = step("backup", { input: {}, run: () => ({ result: 1 }) });
        const recovered = step("e", { agent: helloWorld, input: { message: "" }, fallback: backup });
        expectTypeOf(recovered.output.result).toEqualTypeOf<Ref<string | number>>();
      },
    });
  });

  test("refuse a wrong field or a wrong type at the place where it is written", () => {
    defineWorkflow({
      id: "wrong",
      version: "1.0.0",
      input: v.object({ topic: v.string() }),
      steps: ({ input, step }) => {
        // @ts-expect-error -- no such input
        const missing = input.topics;
        const found = step("a", { agent: webSearch, input: { query: input.topic } });
        step("b", {
          agent: writer,
          input: {
            notes: found.output.items,
            // @ts-expect-error -- it may be missing
            style: found.output.tone,
          },
        });
        step("c", {
          agent: writer,
          input: {
            // @ts-expect-error -- no such field
            notes: found.output.itmes,
            style: "plain",
          },
        });
        step("d", {
          agent: webSearch,
          input: {
            query: "x",
            // @ts-expect-error -- a string where a number is wanted
            limit: input.topic,
          },
        });
        step("e", {
          agent: webSearch,
          input: {
            query: "x",
            // @ts-expect-error -- a property the agent does not take
            limits: 1,
          },
        });
        // @ts-expect-error -- the message is missing
        step("f", { agent: helloWorld, input: {} });
        // @ts-expect-error -- a condition must be true or false
        step("g", { agent: helloWorld, input: { message: "" }, condition: input.topic });
        // @ts-expect-error -- numbers and strings have no order
        expect(lessThan(input.topic, found.output.items).default(missing)).toBeDefined();
        step("h", {
          input: { n: 1 },
          // @ts-expect-error -- no such field
          run: ({ m }) => String(m),
        });
      },
    });
  });
});
