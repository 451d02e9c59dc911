import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { ValidationError } from "../lib/errors.ts";
import { workflowHash } from "../lib/workflow-hash.ts";
import { compile, compileDocument, parseWorkflow } from "./compile.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";
import { InvalidWorkflowError } from "./invalid-workflow-error.ts";
import { readJson } from "./json-reader.ts";

const slice = readFileSync(new URL("../examples/slice/vertical-slice.o8.json", import.meta.url), "utf8");

describe("compile()", () => {
  test("compiles the slice workflow without a diagnostic", () => {
    expect(compile(slice, options)).toEqual({
      diagnostics: [],
      workflow: {
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
      },
    });
  });

  test("reads every field of the language", () => {
    const text = document(
      `{ "id": "a", "name": "A", "description": "d", "agent": { "id": "@test/shop", "version": "^2", "config": { "region": "eu" } },
         "input": { "query": "\${variables.q} and \${input.more ?? ''}", "limit": 3 }, "condition": "input.go == true", "onError": "fallback", "fallbackStepId": "b",
         "policies": { "timeout": "2s", "retry": { "maxAttempts": 1, "baseDelay": 5, "maxDelay": "1m", "jitter": { "randomizationFactor": 0 }, "maxElapsed": "1h", "retryOn": ["timeout"] },
                       "circuitBreaker": { "failureThreshold": 2, "resetTimeout": "1d", "halfOpenProbes": 3, "target": "\${input.host ?? 'x'}" } } },
${shopStep("b")}`,
      `, "$schema": "./s.json", "input": { "type": "object" }, "context": { "variables": { "q": "books" } }, "output": "\${steps.a.output.items ?? []}",
       "policies": { "timeout": { "global": "5m", "perStep": 1 }, "resilience": { "compositionOrder": "retry-cb-timeout" }, "concurrency": { "maxConcurrentSteps": 2, "onFailure": "drain" }, "cancellation": { "gracePeriod": 0 } }`,
    );
    const { workflow, diagnostics } = compile(text, options);
    expect(diagnostics).toEqual([]);
    expect(workflow?.policies).toEqual({
      globalTimeoutMs: 300_000,
      timeoutMs: 1,
      maxConcurrentSteps: 2,
      onFailure: "drain",
      gracePeriodMs: 0,
    });
    expect(workflow?.variables).toEqual({ q: "books" });
    expect(workflow?.input).toEqual({ type: "object" });
    expect(workflow?.output?.kind).toBe("expression");
    expect(workflow?.steps[0]).toMatchObject({
      agent: { id: "@test/shop", version: "^2", config: { kind: "literal", value: { region: "eu" } } },
      condition: { kind: "comparison", operator: "==" },
      onError: "fallback",
      fallbackStepId: "b",
      policies: {
        timeoutMs: 2_000,
        retry: {
          maxAttempts: 1,
          baseDelayMs: 5,
          maxDelayMs: 60_000,
          jitter: { randomizationFactor: 0 },
          maxElapsedMs: 3_600_000,
          retryOn: ["timeout"],
        },
        circuitBreaker: {
          failureThreshold: 2,
          resetTimeoutMs: 86_400_000,
          halfOpenProbes: 3,
          target: { kind: "expression" },
        },
      },
    });
  });

  test("orders dependencies by step, declared and referenced alike", () => {
    const text = document(
      [
        shopStep("a"),
        shopStep("b"),
        `{ "id": "c", "agent": { "id": "@test/shop" }, "dependencies": ["b", "b"], "input": { "query": "\${steps.a.status}" } }`,
      ].join(",\n"),
    );
    const { workflow } = compile(text, options);
    expect(workflow?.steps[2]?.dependencies).toEqual(["a", "b"]);
  });

  test.each<readonly [string, string, string]>([
    ["a wrong type", "SCHEMA_TYPE", document(shopStep("a", `, "policies": { "timeout": «true» }`))],
    ["a wrong duration", "SCHEMA_VALUE", document(shopStep("a", `, "policies": { "timeout": «"30 sec"» }`))],
    ["a limit of nothing", "SCHEMA_VALUE", document(shopStep("a", `, "policies": { "timeout": «"0s"» }`))],
    ["a limit past all timers", "SCHEMA_VALUE", document(shopStep("a", `, "policies": { "timeout": «"25d"» }`))],
    [
      "an unknown kind",
      "SCHEMA_VALUE",
      document(shopStep("a", `, "policies": { "retry": { "retryOn": [«"tmeout"»] } }`)),
    ],
    ["an array for an object", "SCHEMA_TYPE", document(shopStep("a"), `, "policies": «[»]`)],
    ["a wrong choice", "SCHEMA_VALUE", document(shopStep("a", `, "onError": «"ignore"»`))],
    [
      "a composition order",
      "SCHEMA_VALUE",
      document(shopStep("a"), `, "policies": { "resilience": { "compositionOrder": «"timeout-cb-retry"» } }`),
    ],
    ["a missing key", "SCHEMA_MISSING_KEY", document(`    «{» "id": "a" }`)],
    ["an unknown key", "SCHEMA_UNKNOWN_KEY", document(shopStep("a", `, «"dependecies"»: []`))],
    ["a key of a later version", "SCHEMA_UNKNOWN_KEY", document(shopStep("a", `, «"cache"»: {}`))],
    ["no steps", "SCHEMA_VALUE", `{ "version": "1.0.0", "metadata": { "id": "w", "name": "W" }, "steps": «[»] }`],
    [
      "a bad step id",
      "SCHEMA_VALUE",
      document(`    { "id": «"1a"», "agent": { "id": "@test/shop" }, "input": { "query": "" } }`),
    ],
    ["a malformed input schema", "SCHEMA_VALUE", document(shopStep("a"), `, "input": «{» "type": "strin" }`)],
    [
      "an expression error behind escapes",
      "EXPRESSION_SYNTAX",
      document(
        `    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": "\\u00e4 \\"\\n\${input.a «+» 1}" } }`,
      ),
    ],
    [
      "an unclosed expression",
      "EXPRESSION_SYNTAX",
      document(`    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": "\${input.a«"» } }`),
    ],
    [
      "an unknown root",
      "EXPRESSION_UNKNOWN_ROOT",
      document(`    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": "\${«stps».a.output}" } }`),
    ],
    ["a dressed condition", "EXPRESSION_SYNTAX", document(shopStep("a", `, "condition": «"\${input.a}"»`))],
    [
      "a taken id",
      "STEP_DUPLICATE",
      document(`${shopStep("a")},\n    { "id": «"a"», "agent": { "id": "@test/shop" }, "input": { "query": "x" } }`),
    ],
    [
      "an unknown dependency",
      "STEP_UNKNOWN",
      document(`${shopStep("fetch")},\n${shopStep("b", `, "dependencies": [«"fecth"»]`)}`),
    ],
    [
      "an unknown step in a reference",
      "STEP_UNKNOWN",
      document(
        `${shopStep("fetch")},\n    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "x\\t\${steps.«fecth».output.note ?? ''}" } }`,
      ),
    ],
    [
      "an unknown fallback",
      "STEP_UNKNOWN",
      document(shopStep("a", `, "onError": "fallback", "fallbackStepId": «"b"»`)),
    ],
    ["a self reference", "STEP_SELF", document(shopStep("a", `, "condition": "steps.«a».status == 'x'"`))],
    [
      "a cycle",
      "STEP_CYCLE",
      document(
        `${shopStep("a", `, "dependencies": [«"b"»]`)},\n${shopStep("b", `, "condition": "steps.a.status == 'x'"`)}`,
      ),
    ],
    [
      "a fallback below its owner",
      "STEP_CYCLE",
      document(
        `${shopStep("a", `, "onError": "fallback", "fallbackStepId": «"c"»`)},\n${shopStep("b", `, "dependencies": ["a"]`)},\n${shopStep("c", `, "dependencies": ["b"]`)}`,
      ),
    ],
    [
      "a key the output excludes",
      "REFERENCE_EXCLUDED",
      document(`${shopStep("a")},\n${shopStep("b", `, "condition": "steps.a.output.items[0].«titel» == 'x'"`)}`),
    ],
    [
      "a key the output does not declare",
      "REFERENCE_EXCLUDED",
      document(`${shopStep("a")},\n${shopStep("b", `, "condition": "steps.a.output.«item» == 'x'"`)}`),
    ],
    [
      "a key of text",
      "REFERENCE_EXCLUDED",
      document(`${shopStep("a")},\n${shopStep("b", `, "condition": "exists(steps.a.output.note.«x»)"`)}`),
    ],
    [
      "a key the input excludes",
      "REFERENCE_EXCLUDED",
      document(
        shopStep("a", `, "condition": "exists(input.«b»)"`),
        `, "input": { "type": "object", "properties": { "a": {} }, "additionalProperties": false }`,
      ),
    ],
    [
      "a value its schema leaves open",
      "REFERENCE_MAY_BE_ABSENT",
      document(`${shopStep("a")},\n${shopStep("b", `, "condition": "«steps.a.output.note» == 'x'"`)}`),
    ],
    [
      "the output of a conditional step",
      "REFERENCE_MAY_BE_ABSENT",
      document(
        `${shopStep("a", `, "condition": "true"`)},\n    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "\${«steps.a.output.items[0].title»}" } }`,
      ),
    ],
    [
      "the output of a continued failure",
      "REFERENCE_MAY_BE_ABSENT",
      document(shopStep("a", `, "onError": "continue"`), `, "output": "\${«steps.a.output.items»}"`),
    ],
    [
      "the output of a fallback",
      "REFERENCE_MAY_BE_ABSENT",
      document(
        `${shopStep("a", `, "onError": "fallback", "fallbackStepId": "b"`)},\n${shopStep("b")}`,
        `, "output": "\${«steps.b.output»}"`,
      ),
    ],
    [
      "an error without default",
      "REFERENCE_MAY_BE_ABSENT",
      document(shopStep("a"), `, "output": "\${«steps.a.error.code»}"`),
    ],
    ["a step as a value", "REFERENCE_UNKNOWN", document(shopStep("a"), `, "output": "\${«steps.a»}"`)],
    ["an unknown field of a step", "REFERENCE_UNKNOWN", document(shopStep("a"), `, "output": "\${steps.a.«items»}"`)],
    [
      "an unknown variable",
      "REFERENCE_UNKNOWN",
      document(shopStep("a"), `, "context": { "variables": { "size": 1 } }, "output": "\${variables.«sise»}"`),
    ],
    [
      "an unknown part of a variable",
      "REFERENCE_UNKNOWN",
      document(
        shopStep("a"),
        `, "context": { "variables": { "v": { "a": [1] } } }, "output": "\${variables.v.a[«1»]}"`,
      ),
    ],
    ["an unknown fact", "REFERENCE_UNKNOWN", document(shopStep("a"), `, "output": "\${execution.«now»}"`)],
    [
      "a step in a shared policy",
      "REFERENCE_UNKNOWN",
      document(
        shopStep("a"),
        `, "policies": { "resilience": { "circuitBreaker": { "target": "\${«steps.a.status»}" } } }`,
      ),
    ],
    ["an unknown agent", "AGENT_UNKNOWN", document(`    { "id": "a", "agent": { "id": «"@test/shpo"» } }`)],
    [
      "an unknown version",
      "AGENT_VERSION",
      document(`    { "id": "a", "agent": { "id": "@test/shop", "version": «"^3"» } }`),
    ],
    [
      "a wrong config",
      "AGENT_CONFIG",
      document(
        `    { "id": "a", "agent": { "id": "@test/shop", "config": { "region": «"mars"» } }, "input": { "query": "" } }`,
      ),
    ],
    [
      "a wrong literal input",
      "AGENT_INPUT",
      document(
        `    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": "\${input.q}", "tags": ["a", «7»] } }`,
      ),
    ],
    [
      "a missing input",
      "AGENT_INPUT",
      document(`    { "id": "a", "agent": { "id": "@test/shop" }, "input": «{» "limit": "\${input.n}" } }`),
    ],
    [
      "an unknown input",
      "AGENT_INPUT",
      document(
        `    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": "x", «"limt"»: "\${input.n}" } }`,
      ),
    ],
    ["a nameless fallback", "FALLBACK_MISSING", document(shopStep("a", `, "onError": «"fallback"»`))],
    [
      "an unused fallback",
      "FALLBACK_UNUSED",
      document(`${shopStep("a", `, «"fallbackStepId"»: "b"`)},\n${shopStep("b")}`),
    ],
    [
      "a value that only one of step and fallback has",
      "REFERENCE_MAY_BE_ABSENT",
      document(
        `${shopStep("a", `, "onError": "fallback", "fallbackStepId": "b"`)},\n    { "id": "b", "agent": { "id": "@orchestr8/hello-world" }, "input": { "message": "" } }`,
        `, "output": ["\${«steps.a.output.items»}", "\${steps.a.output.items ?? []}"]`,
      ),
    ],
    [
      "a shared fallback",
      "FALLBACK_SHARED",
      document(
        `${shopStep("a", `, "onError": "fallback", "fallbackStepId": "c"`)},\n${shopStep("b", `, "onError": "fallback", "fallbackStepId": «"c"»`)},\n${shopStep("c")}`,
      ),
    ],
    [
      "a fallback waited for",
      "FALLBACK_DEPENDED_ON",
      document(
        `${shopStep("a", `, "onError": "fallback", "fallbackStepId": "b"`)},\n${shopStep("b")},\n${shopStep("c", `, "dependencies": [«"b"»]`)}`,
      ),
    ],
  ])("underlines %s and reports nothing else", (_what, code, source) => {
    const { text, places } = marked(source);
    expect(diagnose(text)).toEqual(
      places.map(([line, column, underlined]) => [code, line, column, underlined] as const),
    );
  });

  test.each([
    [
      "a default",
      `${shopStep("a", `, "condition": "true"`)},\n${shopStep("b", `, "condition": "(steps.a.output.items ?? []) == []"`)}`,
    ],
    [
      "a condition that looks at the status",
      `${shopStep("a", `, "onError": "continue"`)},\n    { "id": "b", "agent": { "id": "@test/shop" }, "condition": "steps.a.status == 'completed'", "input": { "query": "\${steps.a.output.items[0].title}" } }`,
    ],
    [
      "a fallback that reads why it runs",
      `${shopStep("a", `, "onError": "fallback", "fallbackStepId": "b"`)},\n    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.a.error.message}" } }`,
    ],
    [
      "a step behind one with a fallback",
      `${shopStep("a", `, "onError": "fallback", "fallbackStepId": "b"`)},\n${shopStep("b")},\n    { "id": "c", "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.a.output.items[0].title}" } }`,
    ],
  ])("accepts a value that may be absent with %s", (_what, steps) => {
    expect(diagnose(document(steps))).toEqual([]);
  });

  test("reports all twelve mistakes of a file, wherever they are, in the order of the text", () => {
    const { text, places } = marked(`{
  "version": «"one"»,
  "metadata": { "id": "w", "name": "W", «"naem"»: 1 },
  "steps": [
    { "id": "a", "agent": { "id": «"@test/shopp"» }, "input": { "query": "\${steps.«z».output} \${«inptu».q}" } },
    { "id": "b", "agent": { "id": "@test/shop" }, "input": { "query": 7, «"query"»: «8» }, "dependencies": [«"c"»] },
    { "id": "c", "agent": { "id": "@test/shop" }, "input": { "query": "\${steps.b.output.items[0].«name»}", "limit": «1e999» } },
    { "id": «"c"», "agent": { "id": "@test/shop" }, "input": { "query": "" }, "policies": { "timeout": «"soon"» } }
  ]
}`);
    const codes = [
      "SCHEMA_VALUE",
      "SCHEMA_UNKNOWN_KEY",
      "AGENT_UNKNOWN",
      "STEP_UNKNOWN",
      "EXPRESSION_UNKNOWN_ROOT",
      "JSON_DUPLICATE_KEY",
      "AGENT_INPUT",
      "STEP_CYCLE",
      "REFERENCE_EXCLUDED",
      "JSON_NUMBER_RANGE",
      "STEP_DUPLICATE",
      "SCHEMA_VALUE",
    ];
    expect(diagnose(text)).toEqual(places.map((place, index) => [codes[index] ?? "", ...place] as const));
    expect(places.length).toBe(12);
  });

  test("names the cycle and suggests the nearest name", () => {
    const text = document(
      [
        shopStep("one", `, "dependencies": ["three"]`),
        shopStep("two", `, "dependencies": ["one"]`),
        shopStep("three", `, "dependencies": ["two", "tow"]`),
      ].join(",\n"),
    );
    expect(
      compile(text, options).diagnostics.map(({ message, fix, pointer, file }) => ({ message, fix, pointer, file })),
    ).toEqual([
      {
        message: "Steps wait for each other: one -> three -> two -> one",
        fix: "remove one of these dependencies",
        pointer: "/steps/0/dependencies/0",
        file: "test.o8.json",
      },
      {
        message: 'No step has the id "tow"',
        fix: 'did you mean "two"?',
        pointer: "/steps/2/dependencies/1",
        file: "test.o8.json",
      },
    ]);
  });

  test("never repeats a value that could be a secret", () => {
    const secret = "hunter2-hunter2";
    const text = document(
      `{ "id": "a", "name": 5, "agent": { "id": "@test/shop", "config": { "region": "${secret}" } }, "input": { "query": ["${secret}"], "limit": "${secret}" }, "onError": "${secret}", "policies": { "timeout": "${secret}", "retry": { "jitter": "${secret}" } } }`,
    );
    const { diagnostics } = compile(text, options);
    expect(diagnostics.length).toBeGreaterThan(5);
    expect(JSON.stringify(diagnostics)).not.toContain(secret);
  });

  test("keeps warnings beside a workflow that runs", () => {
    const { workflow, diagnostics } = compile(
      document(shopStep("a"), `, "output": "\${steps.a.output.note}"`),
      options,
    );
    expect(workflow).toBeDefined();
    expect(diagnostics.map(({ code, severity }) => [code, severity])).toEqual([["REFERENCE_MAY_BE_ABSENT", "warning"]]);
  });

  test.each([
    ["behind exists(…) && …", "exists(steps.a.output.note) && steps.a.output.note == 'x'"],
    ["in brackets", "exists(steps.a.output.note) && (input.go == true || steps.a.output.note == 'x')"],
    ["behind !exists(…) || …", "!exists(steps.a.output.note) || steps.a.output.note == 'x'"],
    ["behind a longer condition", "input.go == true && exists(steps.a.output.note) && length(steps.a.output.note) > 2"],
  ])("takes a value as there that exists(…) has shown to be, %s", (_what, condition) => {
    expect(diagnose(document(`${shopStep("a")},\n${shopStep("b", `, "condition": "${condition}"`)}`))).toEqual([]);
  });

  test("takes a value as there in a step whose condition has shown that it is", () => {
    const steps = (condition: string): string =>
      `${shopStep("a")},\n    { "id": "b", "agent": { "id": "@test/shop" }, "condition": "${condition}", "input": { "query": "\${steps.a.output.note}" } }`;
    expect(diagnose(document(steps("exists(steps.a.output.note)")))).toEqual([]);
    expect(diagnose(document(steps("input.go == true || exists(steps.a.output.note)")))).toHaveLength(1);
  });

  test.each([
    ["before exists(…)", "«steps.a.output.note» == 'x' && exists(steps.a.output.note)"],
    ["where exists(…) was false", "exists(steps.a.output.note) || «steps.a.output.note» == 'x'"],
    ["where either may be true", "(exists(steps.a.output.note) || input.go == true) && «steps.a.output.note» == 'x'"],
    ["of another name", "exists(steps.a.output.items) && «steps.a.output.note» == 'x'"],
  ])("warns of a value that may be absent %s", (_what, condition) => {
    const { text, places } = marked(document(`${shopStep("a")},\n${shopStep("b", `, "condition": "${condition}"`)}`));
    expect(diagnose(text)).toEqual(places.map((place) => ["REFERENCE_MAY_BE_ABSENT", ...place] as const));
  });

  test("gives equal hashes to spellings of one workflow and another to a different one", () => {
    const hash = (text: string): string => workflowHash(parseWorkflow(text, options));
    const minified = JSON.stringify(JSON.parse(slice));
    const reordered = JSON.stringify(JSON.parse(slice), (_key, value: unknown) =>
      typeof value === "object" && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).toReversed())
        : value,
    );
    const noted = slice
      .replace('"steps": [', '"$schema": "x", "context": { "variables": {} }, "steps": [')
      .replace('"dependencies": ["step1"],', "")
      .replace("${steps.step1.output.result}", "${ steps['step1'].output . result }");
    expect(new Set([hash(slice), hash(minified), hash(reordered), hash(noted)]).size).toBe(1);
    expect(hash(slice.replace("Hello from step 1", "Hello from step 2"))).not.toBe(hash(slice));
  });

  test("stays fast and flat for a file of the largest size with every step wrong", () => {
    const steps = Array.from(
      { length: 9_000 },
      (_, index) => `{"id":"s${index}","agent":{"id":"@a/b"},"dependencies":["t${index}"]}`,
    );
    const { diagnostics } = compile(document(steps.join(",\n")), options);
    expect(diagnostics.length).toBe(18_000);
    expect(diagnostics.filter(({ fix }) => fix?.startsWith("did you mean") === true).length).toBeLessThanOrEqual(100);
  });

  test("takes ten thousand steps and refuses one more", () => {
    const withSteps = (count: number): string =>
      document(Array.from({ length: count }, (_, index) => `{"id":"s${index}","agent":{"id":"@a/b"}}`).join(","));
    expect(compile(withSteps(10_000)).diagnostics).toEqual([]);
    expect(compile(withSteps(10_001)).diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ["SCHEMA_VALUE", '"steps" must be an array of 1 to 10000 steps'],
    ]);
  });

  test("finds a cycle through ten thousand steps without running out of stack", () => {
    const steps = Array.from(
      { length: 10_000 },
      (_, index) => `{"id":"s${index}","agent":{"id":"@a/b"},"dependencies":["s${(index + 1) % 10_000}"]}`,
    );
    const { diagnostics } = compile(document(steps.join(",")));
    expect(diagnostics.map(({ code, message }) => [code, message])).toEqual([
      [
        "STEP_CYCLE",
        "Steps wait for each other: s0 -> s1 -> s2 -> s3 -> s4 -> s5 -> s6 -> s7 -> ... -> s9998 -> s9999 -> s0",
      ],
    ]);
  });

  test.each([
    "null",
    "[]",
    "7",
    '"x"',
    "{}",
    '{"steps":7}',
    '{"steps":[null,7,[],{"id":7,"agent":7,"input":"${","dependencies":[7],"condition":7,"policies":[]}]}',
  ])("reports problems of the misshapen document %p instead of throwing", (text) => {
    const { workflow, diagnostics } = compile(text, options);
    expect(workflow).toBeUndefined();
    expect(diagnostics.length).toBeGreaterThan(0);
  });
});

describe("compileDocument()", () => {
  const body = `{ "input": {}, "workflow": { "version": "1.0.0", "metadata": { "id": "w", "name": "W" }, "steps": [{ "id": "a", "agent": { "id": "@no/such" } }] } }`;
  const { value } = readJson(body);
  const workflow = JSON.parse(JSON.stringify(value)).workflow;

  test("points into the larger text that holds the document", () => {
    const { diagnostics } = compileDocument(workflow, { ...options, text: body, at: ["workflow"] });
    const start = body.indexOf('"@no/such"');
    expect(diagnostics).toEqual([
      {
        code: "AGENT_UNKNOWN",
        severity: "error",
        message: 'No agent has the id "@no/such"',
        file: "test.o8.json",
        pointer: "/workflow/steps/0/agent/id",
        range: {
          start: { line: 1, column: start + 1, offset: start },
          end: { line: 1, column: start + 11, offset: start + 10 },
        },
        fix: 'use one of "@orchestr8/hello-world", "@test/shop"',
      },
    ]);
  });

  test("gives pointers without ranges when there is no text", () => {
    const [diagnostic] = compileDocument(workflow, options).diagnostics;
    expect(diagnostic).toMatchObject({ pointer: "/steps/0/agent/id" });
    expect(diagnostic).not.toHaveProperty("range");
  });
});

describe("parseWorkflow()", () => {
  test("throws one error that holds every diagnostic", () => {
    const text = document(shopStep("a", `, "onError": "x", "dependencies": ["b"]`));
    let thrown: unknown;
    try {
      parseWorkflow(text, options);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidWorkflowError);
    expect(thrown).toBeInstanceOf(ValidationError);
    expect(thrown).toMatchObject({
      code: "VALIDATION",
      message:
        'Cannot compile workflow "test.o8.json": it has 2 errors, the first is: "onError" must be "fail", "continue", "fallback" or "retry"',
      issues: [
        { pointer: "/steps/0/onError", message: '"onError" must be "fail", "continue", "fallback" or "retry"' },
        { pointer: "/steps/0/dependencies/0", message: 'No step has the id "b"' },
      ],
      diagnostics: compile(text, options).diagnostics,
    });
  });
});
