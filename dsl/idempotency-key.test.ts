import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";
import { printWorkflow } from "./print.ts";
import { text } from "./text.ts";

const keyed = (id: string, key: string, rest = ""): string =>
  shopStep(id, `, "policies": { "timeout": "2s", "idempotencyKey": ${key} }${rest}`);
const each = `, "forEach": { "items": "input.list" }`;

describe("an idempotency key in a document", () => {
  test("is a template of the step's data, and makes it wait for steps that it refers to", () => {
    const steps = `${shopStep("a")},\n${keyed("b", `"order-\${input.order}-\${steps.a.output.items[0].title}"`)}`;
    const workflow = parseWorkflow(document(steps), options);
    expect(workflow.steps[1]).toMatchObject({
      dependencies: ["a"],
      policies: { timeoutMs: 2_000, idempotencyKey: { kind: "text", parts: ["order-", {}, "-", {}] } },
    });
    expect(parseWorkflow(printWorkflow(workflow), options)).toEqual(workflow);
  });

  test("sees the item where there are items", () => {
    expect(diagnose(document(keyed("a", '"${item.id}"', each)))).toEqual([]);
    expect(diagnose(document(keyed("a", '"${input.order}:${index}"', each)))).toEqual([]);
  });

  test.each<readonly [string, string, string]>([
    ["that all items share", "IDEMPOTENCY_KEY", keyed("a", '«"${input.order}"»', each)],
    ["that all executions share", "IDEMPOTENCY_KEY", keyed("a", '«"order-7"»')],
    ["that all executions of a workflow share", "IDEMPOTENCY_KEY", keyed("a", '«"${workflow.id}"»')],
    ["that reads an item where there is none", "REFERENCE_MISPLACED", keyed("a", '"${«item.id»}"')],
    ["that reads the output", "REFERENCE_MISPLACED", keyed("a", '"${«output.id»}${input.x}"')],
    ["that is broken", "EXPRESSION_UNKNOWN_ROOT", keyed("a", '"${«inptu».order}"')],
    ["that is no text", "SCHEMA_TYPE", keyed("a", "«7»")],
    [
      "of a child",
      "SCHEMA_CONFLICTING_KEY",
      `    { "id": "c", "workflow": { "id": "x" }, "policies": { «"idempotencyKey"»: "\${input.x}" } }`,
    ],
    [
      "of a wait",
      "SCHEMA_CONFLICTING_KEY",
      `    { "id": "w", "wait": { "for": 1 }, "policies": { «"idempotencyKey"»: "\${input.x}" } }`,
    ],
  ])("is refused %s", (_what, code, steps) => {
    const { text: plain, places } = marked(document(steps));
    expect(diagnose(plain)).toEqual(places.map((place) => [code, ...place]));
  });

  test("belongs to a step, and not to the whole workflow", () => {
    const { text: plain, places } = marked(
      document(shopStep("a"), `, "policies": { "resilience": { «"idempotencyKey"»: "x" } }`),
    );
    expect(diagnose(plain)).toEqual(places.map((place) => ["SCHEMA_UNKNOWN_KEY", ...place]));
  });
});

describe("an idempotency key in defineWorkflow()", () => {
  test("gives the same data as in a file", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      steps: ({ input, step }) => {
        step("a", {
          agent: "@test/shop",
          input: { query: "x" },
          forEach: { items: input.list },
          policies: { timeout: "2s", idempotencyKey: (item: { id: string }, index) => text`${item.id}-${index}` },
        });
        step("bad", {
          // @ts-expect-error -- a child is found by the usual key
          workflow: "child",
          input: {},
          policies: { idempotencyKey: "x" },
        });
      },
    });
    const file = parseWorkflow(document(keyed("a", '"${item.id}-${index}"', each)), options);
    expect(workflow.steps[0]).toEqual(file.steps[0]);
  });
});
