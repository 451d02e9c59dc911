import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { isArray, isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import { world } from "../../lib/testing/simulation/world.ts";
import { compileDocument } from "../compile.ts";
import { createSchemaCheck } from "../fixtures/schema-check.ts";
import { printWorkflow } from "../print.ts";
import type { Path } from "../problem.ts";

const root = resolve(import.meta.dir, "../..");
const check = createSchemaCheck();

/** What the compiler finds wrong with the form of a document. Of the other codes the schema has two as well. */
function structural(document: JsonValue): readonly string[] {
  return compileDocument(document)
    .diagnostics.filter(({ code }) => /^SCHEMA_|^FALLBACK_(?:MISSING|UNUSED)$/.test(code))
    .map(({ code, pointer }) => `${code} ${pointer}`);
}

/** Every key of the format once, so that a change to any of them is a test. */
const everyKey: JsonObject = {
  $schema: "./workflow.v1.json",
  version: "1.0.0-beta.1+build.5",
  metadata: { id: "every-key", name: "Every key", description: "d", tags: ["one"] },
  input: { type: "object", properties: { host: { type: "string", default: "x" } } },
  context: { variables: { language: "en" }, environment: ["REGION"], secretRefs: ["secret://github/token"] },
  policySets: { patient: { timeout: "1m", retry: { maxAttempts: 2 }, circuitBreaker: { failureThreshold: 2 } } },
  steps: [
    {
      id: "a",
      name: "A",
      description: "d",
      agent: { id: "@test/a", version: "^1.0.0", config: { region: "eu" } },
      input: { query: "${input.host}" },
      dependencies: ["b"],
      condition: "true",
      forEach: { items: "[1, 2]", maxConcurrency: 2 },
      repeat: { until: "true", maxIterations: 3, delay: "1s" },
      onError: "fallback",
      fallbackStepId: "f",
      compensate: { agent: { id: "@test/undo" }, input: {} },
      output: { schema: { type: "object" }, redact: ["a.b"] },
      policies: {
        use: "patient",
        idempotencyKey: "${input.host}-${index}",
        timeout: "30s",
        retry: {
          maxAttempts: 3,
          baseDelay: 0,
          maxDelay: "1m",
          jitter: { randomizationFactor: 0.5 },
          maxElapsed: "1h",
          retryOn: ["timeout", "bug"],
        },
        circuitBreaker: { failureThreshold: 5, resetTimeout: "1m", halfOpenProbes: 1, target: "${input.host}" },
        bulkhead: { maxConcurrent: 2, maxQueue: 0 },
        rateLimit: { limit: 10, per: "1s" },
      },
    },
    { id: "b", wait: { for: "30s" } },
    { id: "f", agent: { id: "@test/f" } },
    { id: "c", workflow: { id: "child" }, policies: { timeout: 1_000, retry: { jitter: "none" } } },
    { id: "d", wait: { signal: "approve", timeout: "7d" } },
    { id: "e", wait: { until: "2030-01-01T00:00:00Z" }, onError: "continue" },
  ],
  output: { text: "${steps.c.output ?? ''}" },
  policies: {
    timeout: { global: "5m", perStep: 500 },
    resilience: {
      retry: { maxAttempts: 2 },
      circuitBreaker: { failureThreshold: 3 },
      bulkhead: {},
      rateLimit: { limit: 1, per: 100 },
      compositionOrder: "retry-cb-timeout",
    },
    concurrency: { maxConcurrentSteps: 4, onFailure: "drain" },
    cancellation: { gracePeriod: "5s" },
    budget: { wallClock: "10m", tokens: 1_000, usd: 0.5, calls: 10 },
  },
};

function documentsIn(folder: string, ending: RegExp): readonly (readonly [name: string, document: JsonValue])[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => ending.test(path) && !path.includes("node_modules"))
    .flatMap((path): (readonly [string, JsonValue])[] => {
      const text = readFileSync(join(root, folder, path), "utf8");
      if (path.endsWith(".json")) return [[join(folder, path), JSON.parse(text)]];
      const snippets = [...text.matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = ""]): JsonValue =>
        JSON.parse(json),
      );
      return snippets
        .filter((value) => isJsonObject(value) && "steps" in value)
        .map((value, index) => [`${join(folder, path)} no. ${index + 1}`, value]);
    });
}

const corpus: readonly (readonly [name: string, document: JsonValue])[] = [
  ["every key", everyKey],
  ...documentsIn("examples", /\.o8\.json$/),
  ...documentsIn("dsl/fixtures", /\.o8\.json$/),
  ...documentsIn("docs", /\.md$/),
];

/** Every place in a document. */
function placesIn(value: JsonValue, path: Path = []): readonly Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inside = isArray(value)
    ? value.flatMap((item, index) => placesIn(item, [...path, index]))
    : Object.entries(value).flatMap(([key, member]) => placesIn(member, [...path, key]));
  return [path, ...inside];
}

/** A copy in which something else, or with undefined nothing, stands in a place. */
function replaced(value: JsonValue, [key, ...rest]: Path, other: JsonValue | undefined): JsonValue | undefined {
  if (key === undefined) return other;
  const inside = (member: JsonValue | undefined) => (rest.length === 0 ? other : replaced(member ?? null, rest, other));
  if (typeof value === "object" && value !== null && isArray(value)) {
    return value.flatMap((item, index) => {
      const changed = index === key ? inside(item) : item;
      return changed === undefined ? [] : [changed];
    });
  }
  const changed = { ...(value as JsonObject), [key]: inside((value as JsonObject)[String(key)]) };
  return JSON.parse(JSON.stringify(changed));
}

const strangers: readonly JsonValue[] = [
  null,
  true,
  -1,
  0,
  0.5,
  1,
  2_147_483_648,
  1e300,
  "",
  "x",
  "0s",
  "30s",
  "25d",
  "1.0.0",
  "01.0.0",
  "${",
  "a b",
  [],
  ["x"],
  [1],
  ["x", "x"],
  {},
  { x: 1 },
  { id: "x" },
  { randomizationFactor: 2 },
  "fallback",
  "retry",
  "x".repeat(256),
  "x".repeat(10_001),
];
const additions: readonly (readonly [key: string, value: JsonValue])[] = [
  ["unknown", 1],
  ["agent", { id: "@test/x" }],
  ["workflow", { id: "x" }],
  ["wait", { for: 1 }],
  ["input", {}],
  ["forEach", { items: "[]" }],
  ["fallbackStepId", "f"],
  ["onError", "fallback"],
  ["timeout", "1s"],
  ["for", "1s"],
  ["until", "2030-01-01T00:00:00Z"],
  ["signal", "x"],
  ["policies", { timeout: 1, retry: {}, bulkhead: {} }],
];

/** A document with one thing changed, and what that was. */
interface Variant {
  readonly change: string;
  readonly path: Path;
  readonly document: JsonValue;
}

function* variantsOf(document: JsonValue): Generator<Variant> {
  for (const path of placesIn(document)) {
    const changes: readonly (readonly [string, Path, JsonValue | undefined])[] = [
      ["without", path, undefined],
      ...strangers.map((value) => [JSON.stringify(value).slice(0, 40), path, value] as const),
      ...additions.map(([key, value]) => [`with ${key}`, [...path, key], value] as const),
    ];
    for (const [change, at, value] of changes) {
      const isAddition = at !== path;
      if (isAddition && !isJsonObject(valueAt(document, path))) continue;
      const changed = replaced(document, at, value);
      if (changed !== undefined) yield { change, path: at, document: changed };
    }
  }
}

function valueAt(document: JsonValue, path: Path): JsonValue | undefined {
  return path.reduce<JsonValue | undefined>((value, key) => (value as JsonObject | undefined)?.[String(key)], document);
}

/** What the compiler refuses and the schema cannot, or, in one case, the other way round. */
const knownDifferences: readonly { readonly reason: string; readonly path: RegExp; readonly change: RegExp }[] = [
  {
    reason: "the length of a time span in text would need arithmetic",
    path: /\/(?:timeout|global|perStep|baseDelay|maxDelay|maxElapsed|resetTimeout|per|gracePeriod|wallClock|delay|for)$/,
    change: /^"(?:0s|25d)"$/,
  },
  { reason: "the grammar of paths in an output is no readable pattern", path: /\/redact\/0$/, change: /^"/ },
  { reason: "the grammar of semver ranges is no readable pattern", path: /\/agent\/version$/, change: /^"/ },
  {
    reason: "draft-07 wants a type in a list of types, the compiler does not",
    path: /\/(?:input|schema)\/.*type$/,
    change: /^\[\]$/,
  },
];

describe("the published schema and the compiler", () => {
  test.each([...corpus])("agree on a document that is right: %s", (_name, document) => {
    expect({ compiler: structural(document), schema: check(document) }).toEqual({ compiler: [], schema: [] });
  });

  test("agree on every workflow that is drawn for a simulation", () => {
    const seeds = Array.from({ length: 100 }, (_, seed) => seed);
    const refused = seeds.flatMap((seed) => {
      const { starts, workflows } = world(seed);
      return [...starts.map(({ workflow }) => workflow), ...workflows].flatMap((workflow) =>
        check(JSON.parse(printWorkflow(workflow))).map((problem) => `seed ${seed}: ${problem}`),
      );
    });
    expect(refused).toEqual([]);
  });

  test("agree on every single change of every key, but for what is listed", () => {
    const differences = [...variantsOf(everyKey)].flatMap(({ path, change, document }) => {
      const [[compiler], [schema]] = [structural(document), check(document)];
      if ((compiler === undefined) === (schema === undefined)) return [];
      return [{ path: `/${path.join("/")}`, change, compiler, schema }];
    });
    const reasonOf = ({ path, change }: { readonly path: string; readonly change: string }) =>
      knownDifferences.find((known) => known.path.test(path) && known.change.test(change))?.reason;
    expect(differences.filter((difference) => reasonOf(difference) === undefined)).toEqual([]);
    expect(new Set(differences.map(reasonOf))).toEqual(new Set(knownDifferences.map(({ reason }) => reason)));
  }, 60_000);

  /** Text that is nearly a version or a time span. */
  const nearly = fc.stringMatching(/^[0-9]{0,3}[.]?[0-9]{0,2}[.]?[0-9]{0,2}[-+a-z.]{0,2}[a-z0-9.]{0,3}$/);

  test.each<readonly [string, Path]>([
    ["a version", ["version"]],
    ["a time span", ["policies", "timeout", "global"]],
    ["a wait", ["steps", 1, "wait", "for"]],
    ["an id", ["metadata", "id"]],
    ["a step's id", ["steps", 2, "id"]],
    ["a signal", ["steps", 4, "wait", "signal"]],
  ])("agree on any text that the compiler takes for %s", (_what, path) => {
    const text = fc.oneof(
      nearly,
      fc.string({ maxLength: 130 }),
      fc.nat().map(String),
      fc.constantFrom("1.0.0", "90d", "a.b"),
    );
    fc.assert(
      fc.property(text, (value) => {
        const document = replaced(everyKey, path, value) ?? null;
        expect(structural(document).length > 0 || check(document).length === 0).toBe(true);
      }),
    );
  });
});
