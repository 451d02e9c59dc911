import { describe, expect, test } from "bun:test";
import { defineAgent } from "../../lib/agents/define-agent.ts";
import { validatorFor } from "../../lib/agents/json-schema.ts";
import { withDefaults } from "../../lib/agents/with-defaults.ts";
import { createAgentRegistry } from "../../lib/agents/registry.ts";
import { isOrchestr8Error } from "../../lib/errors.ts";
import { evaluate, type Scope } from "../../lib/expression/evaluate.ts";
import { valueAt } from "../../lib/expression/reference.ts";
import { renderTemplate } from "../../lib/expression/render-template.ts";
import { isArray, type JsonSchema, type JsonValue } from "../../lib/json.ts";
import type { Expression } from "../../lib/workflow.ts";
import { compile } from "../compile.ts";
import { randomExpression, randomTemplate } from "../fixtures/random-expression.ts";
import { randomJson, randomSchema, randomValue } from "../fixtures/random-schema.ts";
import { Random } from "../fixtures/random.ts";
import { printExpression } from "../print-expression.ts";
import { parseTemplate, templateSink } from "../template.ts";
import { followPath } from "./follow-path.ts";
import { infer, inferBranches, type Inference, type TypeProblem } from "./infer-expression.ts";
import { overlaps } from "./overlap.ts";
import { schemaType, type SchemaSide } from "./schema-type.ts";
import { valueType } from "./value-type.ts";

/** The value of an expression, or undefined when evaluating it fails. */
function attempt(expression: Expression, scope: Scope): JsonValue | undefined {
  try {
    return evaluate(expression, scope);
  } catch (error) {
    if (isOrchestr8Error(error)) return undefined;
    throw error;
  }
}

function branchesOf(expression: Expression): readonly Expression[] {
  return expression.kind === "default"
    ? [...branchesOf(expression.left), ...branchesOf(expression.right)]
    : [expression];
}

/** For each part that may be reported, what must fail when it is: the part in the place where it is used. */
function uses(expression: Expression, found = new Map<Expression, Expression>()): ReadonlyMap<Expression, Expression> {
  const use = (operand: Expression, inPlace: (branch: Expression) => Expression): void => {
    uses(operand, found);
    for (const branch of branchesOf(operand)) found.set(branch, inPlace(branch));
  };
  switch (expression.kind) {
    case "not":
      use(expression.operand, (operand) => ({ kind: "not", operand }));
      break;
    case "and":
    case "or":
      use(expression.left, (operand) => ({ kind: "not", operand }));
      use(expression.right, (operand) => ({ kind: "not", operand }));
      break;
    case "comparison":
      found.set(expression, expression);
      uses(expression.left, found);
      uses(expression.right, found);
      break;
    case "call":
      for (const [index, argument] of expression.arguments.entries()) {
        use(argument, (branch) => ({ ...expression, arguments: expression.arguments.with(index, branch) }));
      }
      break;
    case "default":
      uses(expression.left, found);
      uses(expression.right, found);
      break;
    case "value":
    case "reference":
  }
  return found;
}

function scopeOf(input: JsonValue): Scope {
  return { resolve: ({ path }) => valueAt(input, path) };
}

/** Looks at as many seeds as told, from another start in each run; what fails names its seed. */
function forSeeds(count: number, check: (seed: number) => void): void {
  const start = Math.floor(Math.random() * 2 ** 31);
  for (let seed = start; seed < start + count; seed++) check(seed);
}

function must(isTrue: boolean, context: object): void {
  if (!isTrue) throw new Error(JSON.stringify(context, null, 1));
}

describe("the static evaluator", () => {
  test("rules out nothing that happens, and reports only what fails, on random schemas, values and expressions", () => {
    let reports = 0;
    let values = 0;
    forSeeds(200, (seed) => {
      const random = new Random(seed);
      const side = random.pick<SchemaSide>(["in", "out"]);
      const schema = randomSchema(random);
      const type = schemaType(schema, side);
      const problems: TypeProblem[] = [];
      const inference: Inference = {
        typeOf({ path }) {
          const found = followPath(type, path);
          return found.kind === "found" ? found.type : schemaType(true, side);
        },
        report: (problem) => problems.push(problem),
      };
      for (let round = 0; round < 12; round++) {
        problems.length = 0;
        const expression = randomExpression(random, { roots: [["input"]], hasDefaults: true });
        const given = infer(expression, inference);
        const found = uses(expression);
        const reported = problems.map((problem) => [problem.message, found.get(problem.expression)] as const);
        for (let sample = 0; sample < 4; sample++) {
          const value = randomValue(random, schema, side === "in");
          if (value === undefined) return;
          values++;
          const scope = scopeOf(value);
          const result = attempt(expression, scope);
          const context = { seed, schema, value, expression: printExpression(expression) };
          if (result !== undefined) must(overlaps(valueType(result), given), context);
          for (const branch of inferBranches(expression, { ...inference, report: () => undefined })) {
            const one = attempt(branch.expression, scope);
            if (one === undefined || one === null) continue;
            must(overlaps(valueType(one), branch.type), context);
          }
          for (const [message, use] of reported) {
            reports++;
            if (use === undefined) throw new Error(`no use of what is reported: ${message}`);
            must(attempt(use, scope) === undefined, { message, ...context });
          }
        }
      }
    });
    expect(reports).toBeGreaterThan(200);
    expect(values).toBeGreaterThan(1_000);
  }, 60_000);

  test("loses no path that a value has, and is sure only of what every value has", () => {
    forSeeds(300, (seed) => {
      const random = new Random(seed);
      const side = random.pick<SchemaSide>(["in", "out"]);
      const schema = randomSchema(random);
      const type = schemaType(schema, side);
      for (let round = 0; round < 20; round++) {
        const value = randomValue(random, schema, side === "in");
        if (value === undefined) return;
        const path = random.list(4, () => (random.chance(0.75) ? random.pick(["a", "b", "c"]) : random.below(3)));
        const followed = followPath(type, path);
        const there = valueAt(value, path);
        const context = { seed, schema, value, path, followed };
        if (followed.kind === "excluded") must(there === undefined, context);
        if (followed.kind !== "found") continue;
        if (there !== undefined) must(overlaps(valueType(there), followed.type), context);
        // An array's items count as there: how many there are is seldom told.
        const isSure = followed.isSure && path.every((key) => typeof key === "string");
        if (isSure) must(there !== undefined, context);
      }
    });
  }, 60_000);
});

describe("compile()", () => {
  test("reports of an input only what its agent must refuse, on random schemas, values and templates", () => {
    let reports = 0;
    forSeeds(200, (seed) => {
      const random = new Random(seed);
      const [source, target] = [randomSchema(random), randomSchema(random)];
      const agents = createAgentRegistry([agentOf("@x/source", true, source), agentOf("@x/target", target, true)]);
      for (let round = 0; round < 12; round++) {
        const choice = { roots: [["steps", "a", "output"]], hasDefaults: false } as const;
        const input = randomTemplate(random, () => printExpression(randomExpression(random, choice, 2)));
        const steps = [
          { id: "a", agent: { id: "@x/source" } },
          { id: "b", agent: { id: "@x/target" }, input },
        ];
        const text = JSON.stringify({ version: "1.0.0", metadata: { id: "w", name: "W" }, steps });
        const refusals = compile(text, { agents }).diagnostics.filter(
          ({ code, pointer }) => code === "AGENT_INPUT" && pointer.startsWith("/steps/1"),
        );
        if (refusals.length === 0) continue;
        const template = parseTemplate(
          input,
          [],
          templateSink(() => undefined),
        );
        for (let sample = 0; sample < 4; sample++) {
          const output = randomValue(random, source, false);
          if (output === undefined) return;
          const scope: Scope = { resolve: ({ path }) => valueAt(output, path, 2) };
          let rendered: JsonValue;
          try {
            rendered = renderTemplate(template, scope);
          } catch (error) {
            if (isOrchestr8Error(error)) continue;
            throw error;
          }
          reports++;
          const isRefused = refuses(target, rendered);
          const context = {
            seed,
            target,
            source,
            output,
            input,
            rendered,
            refusals: refusals.map(({ message }) => message),
          };
          must(isRefused, context);
        }
      }
    });
    expect(reports).toBeGreaterThan(200);
  }, 60_000);
});

describe("compile()", () => {
  test("says nothing against an input that fits, however much of it comes from elsewhere", () => {
    let fitting = 0;
    forSeeds(300, (seed) => {
      const random = new Random(seed);
      const target = randomSchema(random);
      for (let round = 0; round < 6; round++) {
        const value = randomValue(random, target, false);
        if (value === undefined) return;
        // Its own defaults may not fit a schema; then what they complete is refused.
        if (refuses(target, value)) continue;
        const parts: Record<string, JsonSchema> = {};
        const input = withHoles(random, value, (part) => {
          const name = `p${Object.keys(parts).length}`;
          parts[name] = schemaAround(random, part);
          return `\${steps.a.output.${name}}`;
        });
        const source: JsonSchema = {
          type: "object",
          properties: parts,
          required: Object.keys(parts),
          additionalProperties: false,
        };
        const agents = createAgentRegistry([agentOf("@x/source", true, source), agentOf("@x/target", target, true)]);
        const steps = [
          { id: "a", agent: { id: "@x/source" } },
          { id: "b", agent: { id: "@x/target" }, input },
        ];
        const text = JSON.stringify({ version: "1.0.0", metadata: { id: "w", name: "W" }, steps });
        const { diagnostics } = compile(text, { agents });
        fitting++;
        must(diagnostics.length === 0, { seed, target, source, input, value, diagnostics });
      }
    });
    expect(fitting).toBeGreaterThan(300);
  }, 60_000);
});

/** The value with some of its parts named instead. */
function withHoles(random: Random, value: JsonValue, name: (part: JsonValue) => string): JsonValue {
  if (random.chance(0.3)) return name(value);
  if (typeof value !== "object" || value === null) return value;
  if (isArray(value)) return value.map((item) => withHoles(random, item, name));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withHoles(random, entry, name)]));
}

/** One of the schemas that a value fits. */
function schemaAround(random: Random, value: JsonValue): JsonSchema {
  const kind = value === null ? "null" : isArray(value) ? "array" : typeof value;
  switch (random.below(5)) {
    case 0:
      return {};
    case 1:
      return { enum: [randomJson(random, 1), value] };
    case 2:
      return { anyOf: [{ type: random.pick(["string", "null", "array"]) }, { const: value }] };
    case 3:
      return { const: value };
    default:
      return { type: kind };
  }
}

function agentOf(id: string, input: JsonSchema, output: JsonSchema): ReturnType<typeof defineAgent> {
  return defineAgent({ id, version: "1.0.0", input, output, execute: () => null });
}

/** Whether an agent refuses an input; a schema that refers to itself without end lets nothing through. */
function refuses(schema: JsonSchema, value: JsonValue): boolean {
  try {
    return validatorFor(schema)(withDefaults(schema, value)).length > 0;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}
