import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { workflowHash } from "../lib/workflow-hash.ts";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { diagnose, document, marked, options, shopStep } from "./fixtures/shop.ts";
import { printWorkflow } from "./print.ts";
import { text } from "./text.ts";
import type { RunValue } from "./typed-value.ts";

const declared = `, "context": { "secretRefs": ["secret://token", "secret://github/token"] }`;
const step = (input: string, rest = ""): string =>
  `    { "id": "a", "agent": { "id": "@test/shop" }, "input": { "query": ${input} }${rest} }`;
const login = defineAgent({
  id: "@test/login",
  version: "1.0.0",
  input: v.object({ key: v.string() }),
  execute: () => null,
});

describe("a secret in a document", () => {
  test("is declared by reference and named as a whole value of an agent's input or config", () => {
    const workflow = parseWorkflow(
      document(
        `    { "id": "a", "agent": { "id": "@test/other", "config": { "key": "\${secrets.token}" } }, "input": ["\${secrets['github/token']}"] }`,
        declared,
      ),
    );
    expect(workflow.secrets).toEqual(["github/token", "token"]);
    const named = (path: string) => ({
      kind: "expression",
      expression: { kind: "reference", root: "secrets", path: [path] },
    });
    expect(workflow.steps[0]).toMatchObject({
      agent: { config: { kind: "object", entries: { key: named("token") } } },
      input: { kind: "array", items: [named("github/token")] },
    });
    expect(parseWorkflow(printWorkflow(workflow))).toEqual(workflow);
    expect(printWorkflow(workflow)).toContain('"secret://github/token"');
  });

  test("may be given to what undoes a step", () => {
    const undo = `, "compensate": { "agent": { "id": "@test/shop" }, "input": { "query": "\${secrets.token}" } }`;
    expect(diagnose(document(shopStep("a", undo), declared))).toEqual([]);
  });

  test("leaves the hash of workflows without secrets as it was", () => {
    const without = parseWorkflow(document(shopStep("a")), options);
    expect(without).not.toHaveProperty("secrets");
    expect(parseWorkflow(document(shopStep("a"), `, "context": { "secretRefs": [] }`), options)).toEqual(without);
  });

  test.each<readonly [string, string, string]>([
    ["that is misspelt", "REFERENCE_UNKNOWN", document(step('"${secrets.«tokn»}"'), declared)],
    ["where none is declared", "REFERENCE_UNKNOWN", document(step('"${secrets.«token»}"'))],
    ["with parts", "REFERENCE_UNKNOWN", document(step('"${secrets.token.«length»}"'), declared)],
    ["in a text", "SECRET_MISPLACED", document(step('"Bearer ${«secrets.token»}"'), declared)],
    ["with a default", "SECRET_MISPLACED", document(step(`"\${«secrets.token» ?? ''}"`), declared)],
    [
      "in a condition",
      "SECRET_MISPLACED",
      document(shopStep("a", `, "condition": "«secrets.token» == 'x'"`), declared),
    ],
    ["in the output", "SECRET_MISPLACED", document(shopStep("a"), `${declared}, "output": "\${«secrets.token»}"`)],
    [
      "in a policy",
      "SECRET_MISPLACED",
      document(shopStep("a", `, "policies": { "circuitBreaker": { "target": "\${«secrets.token»}" } }`), declared),
    ],
    ["as items", "SECRET_MISPLACED", document(shopStep("a", `, "forEach": { "items": "«secrets.token»" }`), declared)],
    [
      "in the input of a child",
      "SECRET_MISPLACED",
      document(`    { "id": "c", "workflow": { "id": "x" }, "input": { "key": "\${«secrets.token»}" } }`, declared),
    ],
    ["that is no reference", "SCHEMA_VALUE", document(shopStep("a"), `, "context": { "secretRefs": [«"token"»] }`)],
  ])("is refused %s", (_what, code, source) => {
    const { text: plain, places } = marked(source);
    expect(diagnose(plain)).toEqual(places.map((place) => [code, ...place]));
  });
});

describe("a secret in defineWorkflow()", () => {
  test("gives the same data as in a file", () => {
    const { workflow } = defineWorkflow({
      id: "w",
      name: "W",
      version: "1.0.0",
      secrets: ["token", "github/token"],
      steps: ({ secrets, step: add }) => {
        add("a", { agent: login, input: { key: secrets["github/token"] }, config: { key: secrets.token } });
      },
    });
    const file = document(
      `    { "id": "a", "agent": { "id": "@test/login", "config": { "key": "\${secrets.token}" } }, "input": { "key": "\${secrets['github/token']}" } }`,
      declared,
    );
    expect(workflow).toEqual(parseWorkflow(file));
    expect(workflowHash(workflow)).toBe(workflowHash(parseWorkflow(file)));
  });

  test("is typed by its name, and is text that nothing can be made of", () => {
    defineWorkflow({
      id: "w",
      version: "1.0.0",
      secrets: ["token"],
      steps: ({ secrets, step: add }) => {
        expectTypeOf(secrets).toEqualTypeOf<{ readonly token: RunValue<string> }>();
        // @ts-expect-error -- it has no default
        void secrets.token.default;
        add("a", { agent: login, input: { key: secrets.token } });
      },
    });
    const misspelt = (): unknown =>
      defineWorkflow({
        id: "w",
        version: "1.0.0",
        secrets: ["token"],
        // @ts-expect-error -- no such secret is declared
        steps: ({ secrets, step: add }) => void add("a", { agent: login, input: { key: secrets.tokem } }),
      });
    expect(misspelt).toThrow(
      'Cannot define step "a" of workflow "w": it reads secrets["tokem"], which is not declared: did you mean "token"?',
    );
  });

  test("is refused where it would be recorded", () => {
    const define = (value: (secret: RunValue<string>) => RunValue<string>) => (): unknown =>
      defineWorkflow({
        id: "w",
        version: "1.0.0",
        secrets: ["token"],
        steps: ({ secrets, step: add }) => void add("a", { agent: login, input: { key: value(secrets.token) } }),
      });
    expect(define((secret) => text`Bearer ${secret}`)).toThrow("a secret can only be the whole of a value");
    expect(() =>
      defineWorkflow({
        id: "w",
        version: "1.0.0",
        secrets: ["token"],
        steps: ({ secrets, step: add }) => {
          add("a", { agent: login, input: { key: "x" } });
          return { leaked: secrets.token };
        },
      }),
    ).toThrow('Cannot define the output of workflow "w": a secret can only be the whole of a value');
    expect(() => defineWorkflow({ id: "w", version: "1.0.0", secrets: ["a b"], steps: () => undefined })).toThrow(
      'Cannot define workflow "w": "a b" cannot name a secret',
    );
  });
});
