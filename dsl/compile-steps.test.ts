import { describe, expect, test } from "bun:test";
import { compile, parseWorkflow } from "./compile.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";

const wait = (fields: string, rest = ""): string => `    { "id": "w", "wait": ${fields}${rest} }`;
const child = (rest = ""): string => `    { "id": "c", "workflow": { "id": "child" }${rest} }`;
const each = (items: string, rest = ""): string =>
  `    { "id": "e", "agent": { "id": "@test/shop" }, "forEach": { "items": ${items} }${rest} }`;
const eachOf = (items: string, rest = ""): string => each(items, `, "input": { "query": "x" }${rest}`);
const found = shopStep("a");
const titles = `"steps.a.output.items"`;

/** The first step that these steps compile to. */
function stepOf(steps: string, index = 0): unknown {
  return parseWorkflow(document(steps), options).steps[index];
}

describe("compile() of each kind of step", () => {
  test.each([
    ["a time", `{ "for": "3653d" }`, { kind: "duration", ms: 315_619_200_000 }],
    [
      "a moment",
      `{ "until": "2020-02-29T00:00Z" }`,
      { kind: "until", time: { kind: "literal", value: "2020-02-29T00:00Z" } },
    ],
    ["a signal", `{ "signal": "approve" }`, { kind: "signal", name: "approve" }],
    [
      "a signal, but not forever",
      `{ "signal": "order.paid-2", "timeout": "7d" }`,
      { kind: "signal", name: "order.paid-2", timeoutMs: 604_800_000 },
    ],
  ])("reads a wait for %s", (_what, fields, expected) => {
    expect(stepOf(wait(fields, `, "name": "W", "condition": "input.go == true", "onError": "continue"`))).toEqual({
      kind: "wait",
      id: "w",
      name: "W",
      wait: expected,
      dependencies: [],
      condition: expect.objectContaining({ kind: "comparison" }),
      onError: "continue",
      policies: {},
    });
  });

  test("reads a moment that another step gives, and waits for that step", () => {
    expect(stepOf(`${found},\n${wait(`{ "until": "\${steps.a.output.items[0].title}" }`)}`, 1)).toMatchObject({
      wait: { kind: "until", time: { kind: "expression", expression: { root: "steps" } } },
      dependencies: ["a"],
    });
  });

  test("reads a step that runs a workflow", () => {
    expect(
      stepOf(child(`, "input": { "n": 1 }, "policies": { "timeout": "1h", "retry": { "maxAttempts": 2 } }`)),
    ).toEqual({
      kind: "workflow",
      id: "c",
      workflow: { id: "child" },
      input: { kind: "literal", value: { n: 1 } },
      dependencies: [],
      onError: "fail",
      policies: { timeoutMs: 3_600_000, retry: { maxAttempts: 2 } },
    });
  });

  test("reads a step for each item, run again until it is right, that can be undone", () => {
    const text = `${found},
    { "id": "e", "agent": { "id": "@test/shop", "config": { "region": "\${item.title}" } },
      "forEach": { "items": ${titles}, "maxConcurrency": 3 },
      "input": { "query": "\${item.title}", "limit": "\${index}" },
      "repeat": { "until": "exists(output.note) || item.title == ''", "maxIterations": 10000, "delay": "5s" },
      "compensate": { "agent": { "id": "@test/shop", "version": "^2" }, "input": { "query": "\${steps.e.output[0].items[0].title}" } },
      "policies": { "circuitBreaker": { "target": "\${item.title}" } } }`;
    const item = { kind: "reference", root: "item", path: ["title"] };
    expect(stepOf(text, 1)).toMatchObject({
      kind: "agent",
      agent: { config: { entries: { region: { expression: item } } } },
      input: { entries: { query: { expression: item }, limit: { expression: { root: "index", path: [] } } } },
      dependencies: ["a"],
      forEach: { items: { kind: "reference", root: "steps", path: ["a", "output", "items"] }, maxConcurrency: 3 },
      repeat: { until: { kind: "or" }, maxIterations: 10_000, delayMs: 5_000 },
      compensate: {
        agent: { id: "@test/shop", version: "^2" },
        input: { entries: { query: { expression: { root: "steps", path: ["e", "output", 0, "items", 0, "title"] } } } },
      },
      policies: { circuitBreaker: { target: { expression: item } } },
    });
  });

  test("reads a budget", () => {
    const budget = `"policies": { "budget": { "wallClock": "1h", "tokens": 5000, "usd": 0.25, "calls": 20 } }`;
    const { policies } = parseWorkflow(document(found, `, ${budget}`), options);
    expect(policies).toEqual({ budget: { wallClockMs: 3_600_000, tokens: 5_000, usd: 0.25, calls: 20 } });
  });

  test("lets a fallback be undone, and a step have one whatever it does", () => {
    const steps = [
      wait(`{ "signal": "approve", "timeout": 1 }`, `, "onError": "fallback", "fallbackStepId": "a"`),
      shopStep(
        "a",
        `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.a.output.items[0].title}" } }`,
      ),
      child(`, "onError": "fallback", "fallbackStepId": "b"`),
      shopStep("b"),
    ];
    expect(diagnose(document(steps.join(",\n")))).toEqual([]);
  });

  test("makes a compensation wait for the steps it refers to, and not for its own", () => {
    const undo = `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.a.output.items[0].title} \${steps.b.status}" } }`;
    expect(stepOf(`${found},\n${shopStep("b", undo)}`, 1)).toMatchObject({ dependencies: ["a"] });
  });
});

describe("compile()", () => {
  test.each<readonly [string, string, string]>([
    ["a step that does nothing", "SCHEMA_MISSING_KEY", `    «{» "id": "w" }`],
    ["a step that does two things", "SCHEMA_CONFLICTING_KEY", shopStep("a", `, «"workflow"»: { "id": "x" }`)],
    ["a step that calls and waits", "SCHEMA_CONFLICTING_KEY", shopStep("a", `, «"wait"»: { "for": 1 }`)],
    ["a wait for nothing", "SCHEMA_MISSING_KEY", wait(`«{» }`)],
    ["a wait for two things", "SCHEMA_CONFLICTING_KEY", wait(`{ "for": "1s", «"signal"»: "x" }`)],
    ["a wait that times out", "SCHEMA_CONFLICTING_KEY", wait(`{ "for": "1s", «"timeout"»: "2s" }`)],
    ["a wait with an input", "SCHEMA_CONFLICTING_KEY", wait(`{ "for": "1s" }`, `, «"input"»: {}`)],
    [
      "a wait for each item",
      "SCHEMA_CONFLICTING_KEY",
      wait(`{ "for": "1s" }`, `, «"forEach"»: { "items": "input.list" }`),
    ],
    [
      "a wait that repeats",
      "SCHEMA_CONFLICTING_KEY",
      wait(`{ "for": "1s" }`, `, «"repeat"»: { "until": "true", "maxIterations": 2 }`),
    ],
    [
      "a wait that is undone",
      "SCHEMA_CONFLICTING_KEY",
      wait(`{ "for": "1s" }`, `, «"compensate"»: { "agent": { "id": "@test/shop" }, "input": { "query": "" } }`),
    ],
    [
      "a wait with policies",
      "SCHEMA_CONFLICTING_KEY",
      wait(
        `{ "for": "1s" }`,
        `, "policies": { «"timeout"»: "1s", «"retry"»: {}, «"circuitBreaker"»: {}, «"bulkhead"»: {}, «"rateLimit"»: { "limit": 1, "per": "1s" } }`,
      ),
    ],
    [
      "a workflow with policies of agents",
      "SCHEMA_CONFLICTING_KEY",
      child(`, "policies": { "timeout": "1h", «"bulkhead"»: {} }`),
    ],
    ["a wait past ten years", "SCHEMA_VALUE", wait(`{ "for": «"3654d"» }`)],
    ["a wait of nothing", "SCHEMA_VALUE", wait(`{ "for": «0» }`)],
    ["a wait without a unit", "SCHEMA_VALUE", wait(`{ "signal": "x", "timeout": «"5"» }`)],
    ["a signal that no URL could name", "SCHEMA_VALUE", wait(`{ "signal": «"a/b"» }`)],
    ["a time without offset", "WAIT_TIME", wait(`{ "until": «"2026-03-01T09:00:00"» }`)],
    ["a day that is not", "WAIT_TIME", wait(`{ "until": «"2026-02-29T09:00:00Z"» }`)],
    ["a time in milliseconds", "WAIT_TIME", wait(`{ "until": «1772352000000» }`)],
    [
      "a workflow in a file, where there are none",
      "WORKFLOW_FILE",
      `    { "id": "c", "workflow": { "file": «"./x.o8.json"» } }`,
    ],
    ["a workflow id", "SCHEMA_VALUE", `    { "id": "c", "workflow": { "id": «"a b"» } }`],
    ["no concurrency", "SCHEMA_VALUE", shopStep("a", `, "forEach": { "items": "input.list", "maxConcurrency": «0» }`)],
    ["no iterations", "SCHEMA_VALUE", shopStep("a", `, "repeat": { "until": "true", "maxIterations": «0» }`)],
    ["too many iterations", "SCHEMA_VALUE", shopStep("a", `, "repeat": { "until": "true", "maxIterations": «10001» }`)],
    ["endless repetition", "SCHEMA_MISSING_KEY", shopStep("a", `, "repeat": «{» "until": "true" }`)],
    [
      "a delay past all timers",
      "SCHEMA_VALUE",
      shopStep("a", `, "repeat": { "until": "true", "maxIterations": 2, "delay": «"25d"» }`),
    ],
    ["items as a template", "EXPRESSION_SYNTAX", eachOf(`«"\${input.list}"»`)],
    ["items as an array", "SCHEMA_TYPE", eachOf(`«[»1, 2]`)],
    [
      "an unknown agent that undoes",
      "AGENT_UNKNOWN",
      shopStep("a", `, "compensate": { "agent": { "id": «"@test/shpo"» }, "input": { "query": "" } }`),
    ],
    [
      "an agent's version that undoes",
      "AGENT_VERSION",
      shopStep("a", `, "compensate": { "agent": { "id": "@test/shop", "version": «"^9"» }, "input": { "query": "" } }`),
    ],
    [
      "a wrong input of what undoes",
      "AGENT_INPUT",
      shopStep("a", `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": «7» } }`),
    ],
    [
      "a missing input of what undoes",
      "AGENT_INPUT",
      shopStep("a", `, "compensate": «{» "agent": { "id": "@test/shop" } }`),
    ],
    [
      "a wrong config of what undoes",
      "AGENT_CONFIG",
      shopStep(
        "a",
        `, "compensate": { "agent": { "id": "@test/shop", "config": { "region": «"mars"» } }, "input": { "query": "" } }`,
      ),
    ],
  ])("underlines %s and reports nothing else", (_what, code, steps) => {
    const { text, places } = marked(document(steps));
    expect(diagnose(text)).toEqual(places.map((place) => [code, ...place] as const));
  });

  test.each<readonly [string, string, string]>([
    [
      "an item without forEach",
      "REFERENCE_MISPLACED",
      shopStep("b", `, "repeat": { "until": "output.items == «item»", "maxIterations": 2 }`),
    ],
    ["an item in a wait", "REFERENCE_MISPLACED", wait(`{ "until": "\${«item.at»}" }`)],
    ["an item in a condition", "REFERENCE_MISPLACED", eachOf(titles, `, "condition": "«item.title» == ''"`)],
    ["an index in its own items", "REFERENCE_MISPLACED", eachOf(`"«index» ?? []"`)],
    [
      "an item in a compensation",
      "REFERENCE_MISPLACED",
      eachOf(titles, `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${«item.title»}" } }`),
    ],
    [
      "an output in an input",
      "REFERENCE_MISPLACED",
      each(titles, `, "input": { "query": "\${«output.items[0].title»}" }`),
    ],
    [
      "an output in a compensation",
      "REFERENCE_MISPLACED",
      shopStep("b", `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${«output.note»}" } }`),
    ],
    ["a part of an index", "REFERENCE_UNKNOWN", each(titles, `, "input": { "query": "\${index.«title»}" }`)],
    ["a part that no item has", "REFERENCE_EXCLUDED", each(titles, `, "input": { "query": "\${item.«titel»}" }`)],
    [
      "a part that no item of a default has",
      "REFERENCE_EXCLUDED",
      each(`"steps.a.output.items ?? []"`, `, "input": { "query": "\${item.«titel»}" }`),
    ],
    [
      "a part that the output excludes",
      "REFERENCE_EXCLUDED",
      shopStep("b", `, "repeat": { "until": "output.items[0].«titel» == ''", "maxIterations": 2 }`),
    ],
    [
      "a part that the output may lack",
      "REFERENCE_MAY_BE_ABSENT",
      shopStep("b", `, "repeat": { "until": "«output.note» == ''", "maxIterations": 2 }`),
    ],
    [
      "a part of a list of outputs",
      "REFERENCE_EXCLUDED",
      `${eachOf(titles)},\n${shopStep("b", `, "condition": "steps.e.output.«items» == []"`)}`,
    ],
    [
      "a part of one of the outputs",
      "REFERENCE_EXCLUDED",
      `${eachOf(titles)},\n${shopStep("b", `, "condition": "steps.e.output[0].items[0].«titel» == ''"`)}`,
    ],
    [
      "a part of a wait for a time",
      "REFERENCE_EXCLUDED",
      `${wait(`{ "for": "1s" }`)},\n${shopStep("b", `, "condition": "exists(steps.w.output.«at»)"`)}`,
    ],
    [
      "a part that the own output excludes",
      "REFERENCE_EXCLUDED",
      shopStep(
        "b",
        `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.b.output.«title»}" } }`,
      ),
    ],
    [
      "the error of a step that completed",
      "REFERENCE_MAY_BE_ABSENT",
      shopStep(
        "b",
        `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${«steps.b.error.message»}" } }`,
      ),
    ],
    [
      "a step that waits for its output",
      "STEP_SELF",
      shopStep("b", `, "repeat": { "until": "steps.«b».output.items == []", "maxIterations": 2 }`),
    ],
    [
      "a step that undoes with a later one",
      "STEP_CYCLE",
      `${shopStep("b", `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.«d».status}" } }`)},\n${shopStep("d", `, "dependencies": ["b"]`)}`,
    ],
    ["items that are a truth", "FOR_EACH_ITEMS", eachOf(`«"input.list == []"»`)],
    ["items that are a text", "FOR_EACH_ITEMS", eachOf(`«"join(input.list)"»`)],
    ["items that are a constant", "FOR_EACH_ITEMS", eachOf(`"input.list ?? «null»"`)],
    ["items that are a variable", "FOR_EACH_ITEMS", eachOf(`«"variables.one"»`)],
    ["items that are a status", "FOR_EACH_ITEMS", eachOf(`«"steps.a.status"»`)],
    ["items that are a fact", "FOR_EACH_ITEMS", eachOf(`«"execution.id"»`)],
    ["items that are an object", "FOR_EACH_ITEMS", eachOf(`«"steps.a.output"»`)],
  ])("underlines %s and reports nothing else", (_what, code, steps) => {
    const variables = `, "context": { "variables": { "one": 1, "many": [1] } }`;
    const { text, places } = marked(document(`${found},\n${steps}`, variables));
    expect(diagnose(text)).toEqual(places.map((place) => [code, ...place] as const));
  });

  test("underlines a part that an output which may be absent excludes, and the whole reference", () => {
    const steps = (query: string): string =>
      `${shopStep("a", `, "condition": "input.go"`)},\n    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "\${${query}}" } }`;
    const whole = marked(document(steps("«steps.a.output.items.title»")));
    const part = marked(document(steps("steps.a.output.items.«title»")));
    expect(diagnose(whole.text)).toEqual([
      ...whole.places.map((place) => ["REFERENCE_MAY_BE_ABSENT", ...place] as const),
      ...part.places.map((place) => ["REFERENCE_EXCLUDED", ...place] as const),
    ]);
  });

  test.each<readonly [string, string, string]>([
    ["an item in the workflow's output", "REFERENCE_MISPLACED", `, "output": "\${«item»}"`],
    [
      "an output in the workflow's policies",
      "REFERENCE_MISPLACED",
      `, "policies": { "resilience": { "circuitBreaker": { "target": "\${«output.x»}" } } }`,
    ],
    ["a budget of no tokens", "SCHEMA_VALUE", `, "policies": { "budget": { "tokens": «0» } }`],
    ["a budget of no money", "SCHEMA_VALUE", `, "policies": { "budget": { "usd": «0» } }`],
    ["a budget of no time", "SCHEMA_VALUE", `, "policies": { "budget": { "wallClock": «"0s"» } }`],
    ["a budget of half a call", "SCHEMA_VALUE", `, "policies": { "budget": { "calls": «0.5» } }`],
    ["a budget of something else", "SCHEMA_UNKNOWN_KEY", `, "policies": { "budget": { «"token"»: 1 } }`],
  ])("underlines %s and reports nothing else", (_what, code, rest) => {
    const { text, places } = marked(document(found, rest));
    expect(diagnose(text)).toEqual(places.map((place) => [code, ...place] as const));
  });

  test.each<readonly [string, string]>([
    ["an input without a schema", eachOf(`"input.list"`)],
    ["a literal", eachOf(`"['a', 'b']"`)],
    ["a variable", eachOf(`"variables.many"`)],
    [
      "the outputs of a step for each item",
      `${eachOf(titles)},\n    { "id": "f", "agent": { "id": "@test/shop" }, "forEach": { "items": "steps.e.output" }, "input": { "query": "\${item.items[0].title}" } }`,
    ],
    ["what a signal brings", `${wait(`{ "signal": "names" }`)},\n${eachOf(`"steps.w.output.names"`)}`],
    ["what a workflow gives", `${child()},\n${eachOf(`"steps.c.output"`)}`],
  ])("accepts as items %s", (_what, steps) => {
    const variables = `, "context": { "variables": { "many": [1] } }`;
    expect(diagnose(document(`${found},\n${steps}`, variables))).toEqual([]);
  });

  test.each<readonly [string, string, string, string]>([
    [
      "an object with an array",
      eachOf(`"steps.a.output"`),
      '"items" must give an array, and this never does',
      'did you mean "steps.a.output.items"?',
    ],
    [
      "a text",
      eachOf(`"steps.a.status"`),
      '"items" must give an array, and this never does',
      'name an array, such as "input.list"',
    ],
    ["a template", eachOf(`"\${input.list}"`), '"items" is a bare expression', 'write it without "${" and "}"'],
    [
      "an item in a condition",
      eachOf(titles, `, "condition": "item == 1"`),
      '"item" stands for nothing here: "condition" is looked at once, before the items',
      'use "input", "variables" or "steps"',
    ],
    [
      "an item in its own items",
      eachOf(`"item.list"`),
      '"item" stands for nothing here: "forEach.items" is looked at once, before the items',
      'use "input", "variables" or "steps"',
    ],
    [
      "an item in a compensation",
      eachOf(titles, `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${item.title}" } }`),
      '"item" stands for nothing here: a compensation runs once, for all items',
      'use "steps.e.output"',
    ],
    [
      "an item without items",
      `    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "\${item.title}" } }`,
      '"item" stands for nothing here: only a step with "forEach" has items',
      'add "forEach" to the step',
    ],
    [
      "an output in a condition",
      shopStep("b", `, "condition": "output == 1"`),
      '"output" stands for nothing here: it is what "repeat.until" looks at',
      'use "steps.<id>.output"',
    ],
    [
      "its own output in until",
      shopStep("b", `, "repeat": { "until": "steps.b.output.items == []", "maxIterations": 2 }`),
      'Step "b" waits for itself',
      'use "output"',
    ],
    [
      "two things to do",
      shopStep("b", `, "workflow": { "id": "x" }`),
      '"workflow" cannot stand beside "agent": a step does one thing',
      "keep one of them",
    ],
    [
      "nothing to do",
      `    { "id": "b" }`,
      'A step needs one of the keys "agent", "workflow", "wait"',
      "add one of them",
    ],
    [
      "an input of a wait",
      wait(`{ "for": 1 }`, `, "input": {}`),
      '"input" cannot stand beside "wait": the step calls nothing',
      "remove it",
    ],
    [
      "a timeout of a wait for a time",
      wait(`{ "until": "2026-03-01T09:00:00Z", "timeout": 1 }`),
      '"timeout" cannot stand beside "until": only waiting for a signal can take too long',
      "remove it",
    ],
    [
      "a timeout policy of a wait for a signal",
      wait(`{ "signal": "x" }`, `, "policies": { "timeout": 1 }`),
      'The policy "timeout" does nothing here: the step waits and calls nothing',
      'use "timeout" in "wait"',
    ],
    [
      "a bulkhead of a workflow",
      child(`, "policies": { "bulkhead": {} }`),
      'The policy "bulkhead" does nothing here: the step runs a workflow and calls no agent itself',
      "set it in the steps of that workflow",
    ],
    [
      "a vague time",
      wait(`{ "until": "tomorrow" }`),
      '"until" must give an ISO 8601 time with an offset',
      'write it like "2026-03-01T09:00:00+01:00"',
    ],
  ])("says what is wrong with %s and what to do", (_what, steps, message, fix) => {
    const { diagnostics } = compile(document(`${found},\n${steps}`), options);
    expect(diagnostics.map((diagnostic) => [diagnostic.message, diagnostic.fix])).toEqual([[message, fix]]);
  });

  test("reports problems of misshapen steps of every kind instead of throwing", () => {
    for (const value of ["null", "7", "[]", '"x"', "{}"]) {
      const steps = [`"agent": ${value}`, `"workflow": ${value}`, `"wait": ${value}`].flatMap((kind, index) =>
        ["forEach", "repeat", "compensate"].map((key) => `{ "id": "s${index}${key}", ${kind}, "${key}": ${value} }`),
      );
      const { workflow, diagnostics } = compile(document(steps.join(",")), options);
      expect(workflow).toBeUndefined();
      expect(diagnostics.length).toBeGreaterThanOrEqual(steps.length);
    }
  });
});
