import { describe, expect, test } from "bun:test";
import { executionPolicies, policiesOfSteps } from "../../lib/engine/resolve-policies.ts";
import { isArray, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { workflowHash } from "../../lib/workflow-hash.ts";
import { compileDocument } from "../compile.ts";
import { createSchemaCheck, createStrictValidator } from "../fixtures/schema-check.ts";
import type { Docs } from "./doc.ts";
import { formatDocs } from "./format-docs.ts";
import { workflowSchema, workflowSchemaId } from "./workflow-schema.ts";

const schema = workflowSchema();
const definitions = objectAt(schema, "definitions");

/** One key of the format, named by its definition and its path in it, such as `step.policies.timeout`. */
interface Key {
  readonly name: string;
  readonly schema: JsonObject;
}

function objectAt(value: JsonValue | undefined, key: string): JsonObject {
  const member = isJsonObject(value) ? value[key] : undefined;
  return isJsonObject(member) ? member : {};
}

function textsIn(value: JsonValue | undefined): readonly string[] {
  return typeof value === "object" && value !== null && isArray(value) ? value.map(String) : [];
}

function objectsIn(value: JsonValue | undefined): readonly JsonObject[] {
  return typeof value === "object" && value !== null && isArray(value) ? value.filter(isJsonObject) : [];
}

/** Every key of every object, but not those that only rules mention. */
function keysOf(name: string, node: JsonObject): readonly Key[] {
  const options = objectsIn(node["anyOf"]).filter((option) => !("required" in option && !("properties" in option)));
  return [
    ...Object.entries(objectAt(node, "properties")).flatMap(([key, property]) =>
      isJsonObject(property)
        ? [{ name: `${name}.${key}`, schema: property }, ...keysOf(`${name}.${key}`, property)]
        : [],
    ),
    ...options.flatMap((option) => keysOf(name, option)),
    ...(isJsonObject(node["items"]) ? keysOf(name, node["items"]) : []),
    ...(isJsonObject(node["additionalProperties"]) ? keysOf(name, node["additionalProperties"]) : []),
  ];
}

const keys: readonly Key[] = [
  ...keysOf("document", schema),
  ...Object.keys(definitions).flatMap((name) => keysOf(name, objectAt(definitions, name))),
];

function documentedNames(name: string, docs: Docs): readonly string[] {
  return Object.entries(docs).flatMap(([key, doc]) => [
    `${name}.${key}`,
    ...(typeof doc === "string" ? [] : documentedNames(`${name}.${key}`, doc.properties ?? {})),
  ]);
}

/** Every object in the schema, wherever it stands. */
function nodesIn(value: JsonValue): readonly JsonObject[] {
  if (typeof value !== "object" || value === null) return [];
  const inside = Object.values(value).flatMap(nodesIn);
  return isJsonObject(value) ? [value, ...inside] : inside;
}

describe("workflowSchema()", () => {
  test("is draft-07 in which a strict validator finds no mistake", () => {
    const ajv = createStrictValidator();
    expect([ajv.validateSchema(schema), ajv.errors]).toEqual([true, null]);
    expect(() => ajv.compile(schema)).not.toThrow();
    expect(schema).toMatchObject({ $schema: "http://json-schema.org/draft-07/schema#", $id: workflowSchemaId });
  });

  test("refers to each of its definitions, and to nothing else but draft-07", () => {
    const used = nodesIn(schema).flatMap(({ $ref }) => (typeof $ref === "string" ? [$ref] : []));
    const expected = Object.keys(definitions).map((name) => `#/definitions/${name}`);
    expect([...new Set(used)].toSorted()).toEqual([...expected, "http://json-schema.org/draft-07/schema#"].toSorted());
  });

  test("describes every key", () => {
    expect(keys.filter((key) => key.schema["description"] === undefined).map(({ name }) => name)).toEqual([]);
    expect(keys.length).toBeGreaterThan(70);
  });

  test("documents no key that the format does not have", () => {
    const documented = Object.entries(formatDocs).flatMap(([name, { properties = {} }]) =>
      documentedNames(name, properties),
    );
    const known = new Set(keys.map(({ name }) => name));
    expect(documented.filter((name) => !known.has(name))).toEqual([]);
  });

  test("says what each listed value means", () => {
    const lists = nodesIn(schema).filter((node) => "enum" in node);
    const silent = lists.filter(
      ({ enum: values, enumDescriptions: texts }) =>
        textsIn(texts).filter((text) => text !== "").length !== textsIn(values).length,
    );
    expect([lists.length, silent]).toEqual([4, []]);
  });

  test("allows no other keys in any object of the format", () => {
    const open = [{ name: "document", schema }, ...keys]
      .filter((key) => "properties" in key.schema && key.schema["additionalProperties"] !== false)
      .map(({ name }) => name);
    const openDefinitions = Object.keys(definitions).filter(
      (name) => objectAt(definitions, name)["additionalProperties"] !== false,
    );
    expect([...open, ...openDefinitions]).toEqual([]);
  });

  test("has no pattern for anything that holds expressions", () => {
    const holders = keys.filter(({ schema: { description } }) => /expression/i.test(JSON.stringify(description)));
    expect(holders.length).toBeGreaterThan(8);
    expect(holders.filter((key) => "pattern" in key.schema).map(({ name }) => name)).toEqual([]);
  });
});

describe("the defaults in the schema", () => {
  const step = { id: "a", agent: { id: "@orchestr8/hello-world" } };
  const compiled = (rest: object, fields: object = {}) => {
    const document = { version: "1.0.0", metadata: { id: "w", name: "W" }, steps: [{ ...step, ...fields }], ...rest };
    const { workflow, diagnostics } = compileDocument(document);
    if (workflow === undefined) throw new Error(JSON.stringify(diagnostics));
    return workflow;
  };
  /** `{ a: { b: value } }` for `a.b`. */
  const nested = (path: readonly string[], value: JsonValue): JsonObject =>
    path.reduceRight<JsonValue>((inside, key) => ({ [key]: inside }), value) as JsonObject;
  const defaults = keys.flatMap(({ name, schema: { default: value } }) =>
    value === undefined ? [] : [{ path: name.split("."), value }],
  );
  const under = (owner: string) =>
    defaults.filter(({ path }) => path[0] === owner).map(({ path, value }) => [path.slice(1), value] as const);

  test.each(under("policies").map(([path, value]) => [path.join("."), path, value] as const))(
    "of the workflow's policies are the engine's: %s",
    (_name, path, value) => {
      const [silent, explicit] = [compiled({}), compiled({ policies: nested(path, value) })];
      expect(executionPolicies(explicit)).toEqual(executionPolicies(silent));
      expect(policiesOfSteps(explicit)(explicit.steps[0]!)).toEqual(policiesOfSteps(silent)(silent.steps[0]!));
    },
  );

  test.each(
    ["retry", "circuitBreaker", "bulkhead"].flatMap((owner) =>
      under(owner).map(([path, value]) => [[owner, ...path].join("."), owner, path, value] as const),
    ),
  )("of a step's policies are the engine's: %s", (_name, owner, path, value) => {
    const [silent, explicit] = [
      compiled({}, { policies: { [owner]: {} } }),
      compiled({}, { policies: { [owner]: nested(path, value) } }),
    ];
    expect(policiesOfSteps(explicit)(explicit.steps[0]!)).toEqual(policiesOfSteps(silent)(silent.steps[0]!));
  });

  test("of a step mean what the step without them means", () => {
    const inStep = under("step").filter(([path]) => path[0] !== "compensate" && path[0] !== "policies");
    expect(inStep.map(([path]) => path.join("."))).toEqual(["input", "dependencies", "onError"]);
    for (const [path, value] of inStep) {
      expect(workflowHash(compiled({}, nested(path, value)))).toBe(workflowHash(compiled({})));
    }
    const undo = { agent: step.agent };
    expect(compiled({}, { compensate: { ...undo, input: {} } })).toEqual(compiled({}, { compensate: undo }));
  });

  test("are not those of a step that runs a workflow, and the texts say so", () => {
    const [child] = compiled({ steps: [{ id: "a", workflow: { id: "child" } }] }).steps;
    expect(policiesOfSteps(compiled({}))(child!)).toMatchObject({ timeoutMs: Infinity, retry: { maxAttempts: 1 } });
    const textOf = (key: string) => keys.find(({ name }) => name === `step.policies.${key}`)?.schema["description"];
    expect(textOf("timeout")).toContain("A step that runs a workflow has none unless it says so");
    expect(textOf("retry")).toContain("A step that runs a workflow makes 1 attempt unless it says so");
  });

  test("are all accounted for", () => {
    const owners = new Set(defaults.map(({ path }) => path[0]));
    expect(owners).toEqual(new Set(["step", "repeat", "policies", "retry", "circuitBreaker", "bulkhead"]));
  });
});

describe("the snippets in the schema", () => {
  /** What is in the file when every place keeps the text that the snippet came with. */
  const filled = (body: JsonValue): JsonValue =>
    JSON.parse(
      JSON.stringify(body)
        .replaceAll(/"\^\$\{\d+:([^}]*)\}"/g, "$1")
        .replaceAll(/\$\{\d+:([^}]*)\}/g, "$1"),
    );
  const snippetsOf = (name: string, node: JsonObject) =>
    objectsIn(node["defaultSnippets"]).map(
      ({ label = "", body = null }) => [`${name}: ${JSON.stringify(label)}`, name, filled(body)] as const,
    );

  test.each([
    ...snippetsOf("document", schema),
    ...Object.keys(definitions).flatMap((name) => snippetsOf(name, objectAt(definitions, name))),
  ])("are right as they are inserted: %s", (_label, name, value) => {
    const check = createSchemaCheck(name === "document" ? "" : `#/definitions/${name}`);
    expect(check(value)).toEqual([]);
  });

  test("give a new file that compiles", () => {
    const files = snippetsOf("document", schema).map(([, , value]) => compileDocument(value).diagnostics);
    expect(files).toEqual([[]]);
  });
});
