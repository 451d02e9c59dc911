import { describe, expect, test } from "bun:test";
import { isOrchestr8Error } from "../lib/errors.ts";
import { evaluate } from "../lib/expression/evaluate.ts";
import { valueAt } from "../lib/expression/reference.ts";
import { parseExpression } from "./expression.ts";
import { fuzzExpression, sharedPrototypes } from "./fixtures/fuzz-expressions.ts";
import { naive, type NaiveOutcome } from "./fixtures/naive-expression.ts";
import { hostileData, randomSource } from "./fixtures/random-source.ts";
import { Random } from "./fixtures/random.ts";

/** What the language makes of a source, in the words of the naive evaluator; undefined when only a limit is in the way. */
function outcomeOf(source: string): NaiveOutcome | undefined {
  const { expression, problems } = parseExpression(source);
  if (problems.some(({ code }) => code === "EXPRESSION_TOO_LARGE")) return undefined;
  if (expression === undefined) return { code: "SYNTAX" };
  try {
    return { value: evaluate(expression, { resolve: ({ root, path }) => valueAt(hostileData, [root, ...path]) }) };
  } catch (error) {
    if (isOrchestr8Error(error)) return { code: error.code };
    throw error;
  }
}

describe("the expression language", () => {
  test("refuses random text as it declares, changes no prototype and reaches nothing but data", () => {
    const before = sharedPrototypes();
    const tally = { parsed: 0, evaluated: 0 };
    for (let seed = 1; seed <= 20_000; seed++) fuzzExpression(seed, tally);
    expect(sharedPrototypes()).toBe(before);
    expect(tally.parsed).toBeGreaterThan(5_000);
    expect(tally.evaluated).toBeGreaterThan(500);
  }, 30_000);

  test("gives what an evaluator written another way gives, or the same refusal", () => {
    const seen = new Map<string, number>();
    for (let seed = 1; seed <= 20_000; seed++) {
      const source = randomSource(new Random(seed));
      const outcome = outcomeOf(source);
      if (outcome === undefined) continue;
      const other = naive(source, hostileData);
      if (JSON.stringify(other) !== JSON.stringify(outcome)) expect([source, other]).toEqual([source, outcome]);
      const kind = "code" in outcome ? outcome.code : "value";
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
    }
    const counts = ["value", "SYNTAX", "EXPR_PATH_NOT_FOUND", "EXPR_TYPE_MISMATCH"].map((kind) => seen.get(kind) ?? 0);
    expect(Math.min(...counts)).toBeGreaterThan(500);
  }, 30_000);
});
