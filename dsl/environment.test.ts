import { describe, expect, expectTypeOf, test } from "bun:test";
import { workflowHash } from "../lib/workflow-hash.ts";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";
import { printWorkflow } from "./print.ts";
import { text } from "./text.ts";
import type { ExpressionValue, JsonTemplate } from "./typed-value.ts";

const declared = `, "context": { "environment": ["REGION", "HOST_2"] }`;
const step = (query: string): string =>
  `    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": ${query} } }`;

describe("an environment variable in a document", () => {
  test("is declared by name and read anywhere", () => {
    const workflow = parseWorkflow(
      document(step('"in ${env.REGION}"'), `${declared}, "output": "\${env.HOST_2 ?? 'none'}"`),
      options,
    );
    expect(workflow.environment).toEqual(["HOST_2", "REGION"]);
    expect(workflow.steps[0]).toMatchObject({
      input: {
        entries: { query: { kind: "text", parts: ["in ", { kind: "reference", root: "env", path: ["REGION"] }] } },
      },
    });
    expect(parseWorkflow(printWorkflow(workflow), options)).toEqual(workflow);
  });

  test("leaves the hash of workflows without any as it was", () => {
    const without = parseWorkflow(document(shopStep("a")), options);
    expect(without).not.toHaveProperty("environment");
    expect(parseWorkflow(document(shopStep("a"), `, "context": { "environment": [] }`), options)).toEqual(without);
  });

  test.each<readonly [string, string, string]>([
    ["that is misspelt", "REFERENCE_UNKNOWN", document(step('"${env.«REGON»}"'), declared)],
    ["that is misspelt, with a default", "REFERENCE_UNKNOWN", document(step(`"\${env.«REGON» ?? ''}"`), declared)],
    ["where none is declared", "REFERENCE_UNKNOWN", document(step('"${env.«REGION»}"'))],
    ["with parts", "REFERENCE_UNKNOWN", document(step('"${env.REGION.«zone»}"'), declared)],
    ["without a name", "REFERENCE_UNKNOWN", document(step('"${«env»}"'), declared)],
    ["as items", "FOR_EACH_ITEMS", document(shopStep("a", `, "forEach": { "items": «"env.REGION"» }`), declared)],
    ["that no shell could set", "SCHEMA_VALUE", document(shopStep("a"), `, "context": { "environment": [«"A-B"»] }`)],
  ])("is refused %s", (_what, code, source) => {
    const { text: plain, places } = marked(source);
    expect(diagnose(plain)).toEqual(places.map((place) => [code, ...place]));
  });
});

describe("an environment variable in defineWorkflow()", () => {
  const define = (read: (env: { readonly REGION: ExpressionValue<string> }) => JsonTemplate): unknown =>
    defineWorkflow({
      id: "w",
      version: "1.0.0",
      environment: ["REGION"],
      steps: ({ env, step: add }) => {
        expectTypeOf(env).toEqualTypeOf<{ readonly REGION: ExpressionValue<string> }>();
        add("a", { agent: "@test/shop", input: read(env) });
      },
    });

  test("gives the same data as in a file", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      environment: ["REGION", "HOST_2"],
      steps: ({ env, step: add }) => {
        add("a", { agent: "@test/shop", input: { query: text`in ${env.REGION}` } });
        return env.HOST_2.default("none");
      },
    });
    const file = parseWorkflow(
      document(step('"in ${env.REGION}"'), `${declared}, "output": "\${env.HOST_2 ?? 'none'}"`),
      options,
    );
    expect(workflow).toEqual(file);
    expect(workflowHash(workflow)).toBe(workflowHash(file));
  });

  test("is refused when it is not declared", () => {
    expect(() =>
      define((env) => {
        // @ts-expect-error -- not declared
        return env.REGON as JsonTemplate;
      }),
    ).toThrow('it reads env["REGON"], which is not declared: did you mean "REGION"?');
    expect(() => define((env) => env)).toThrow('"env" itself is not a value');
    expect(() => defineWorkflow({ id: "w", version: "1.0.0", environment: ["A-B"], steps: () => undefined })).toThrow(
      'Cannot define workflow "w": "A-B" cannot name an environment variable',
    );
  });
});
