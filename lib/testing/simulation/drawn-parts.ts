import type { JsonValue } from "../../json.ts";
import type { Expression, ForEach, Repeat, Step, Template, Wait } from "../../workflow.ts";
import type { Draw } from "./draw.ts";

/** The steps before it that a step waits for. */
export function drawAfter(draw: Draw, shape: "sparse" | "chain" | "wide" | "layers", steps: readonly Step[]): string[] {
  // Nothing may wait for a fallback.
  const ids = steps.filter(({ id }) => id.startsWith("s")).map(({ id }) => id);
  const [first] = ids;
  const last = ids.at(-1);
  if (first === undefined || last === undefined) return [];
  switch (shape) {
    case "chain":
      return draw.chance(0.9) ? [last] : [];
    case "wide":
      return draw.chance(0.8) ? [first] : ids;
    case "layers":
      return ids.slice(Math.floor((ids.length - 1) / 4) * 4 - 4).slice(0, 4);
    case "sparse":
      return draw.some(ids.slice(-6), 0.35);
  }
}

export function literal(value: JsonValue): Template {
  return { kind: "literal", value };
}

function outputOf(stepId: string, ...path: readonly (string | number)[]): Expression {
  return { kind: "reference", root: "steps", path: [stepId, "output", ...path] };
}

export function drawInput(draw: Draw, dependencies: readonly string[], hasItem = false): Template {
  if (hasItem && draw.chance(0.5)) return expression({ kind: "reference", root: "item", path: [] });
  const source = draw.chance(0.5) ? draw.pickAny(dependencies) : undefined;
  if (source === undefined) return literal({ n: draw.int(0, 9) });
  const reference = outputOf(source, "n");
  // Without a default it has no value where the source was skipped, failed, or gave something else.
  const isSafe = draw.chance(0.8);
  return expression(isSafe ? { kind: "default", left: reference, right: { kind: "value", value: null } } : reference);
}

function expression(of: Expression): Template {
  return { kind: "expression", expression: of };
}

export function drawCondition(draw: Draw, dependencies: readonly string[]): Expression {
  const source = draw.pickAny(dependencies);
  if (source === undefined || draw.chance(0.3)) return { kind: "value", value: draw.chance(0.7) };
  if (draw.chance(0.3)) return { kind: "call", name: "exists", arguments: [outputOf(source)] };
  const left: Expression = { kind: "default", left: outputOf(source, "n"), right: { kind: "value", value: 5 } };
  return { kind: "comparison", operator: "<", left, right: { kind: "value", value: draw.chance(0.9) ? 7 : "seven" } };
}

export function drawForEach(draw: Draw, dependencies: readonly string[]): ForEach {
  const source = draw.chance(0.4) ? draw.pickAny(dependencies) : undefined;
  const given: JsonValue = Array.from({ length: draw.int(0, 6) }, (_, index) => index);
  const items: Expression = source === undefined ? { kind: "value", value: given } : outputOf(source, "items");
  return draw.chance(0.5) ? { items } : { items, maxConcurrency: draw.int(1, 3) };
}

export function drawRepeat(draw: Draw): Repeat {
  const output: Expression = { kind: "reference", root: "output", path: ["n"] };
  const left: Expression = draw.chance(0.8)
    ? { kind: "default", left: output, right: { kind: "value", value: 0 } }
    : output;
  const until: Expression = {
    kind: "comparison",
    operator: ">",
    left,
    right: { kind: "value", value: draw.int(3, 9) },
  };
  const repeat = { until, maxIterations: draw.int(1, 4) };
  return draw.chance(0.5) ? repeat : { ...repeat, delayMs: draw.skewed(1, 3_000) };
}

export function drawWait(draw: Draw, wall: number): Wait {
  switch (draw.int(0, 3)) {
    case 0:
      return { kind: "duration", ms: draw.skewed(1, 60_000) };
    case 1: {
      const at = draw.chance(0.95) ? new Date(wall + draw.int(-5_000, 60_000)).toISOString() : "soon";
      return { kind: "until", time: literal(at) };
    }
    default: {
      const name = draw.pick(["one", "two"]);
      return draw.chance(0.5) ? { kind: "signal", name } : { kind: "signal", name, timeoutMs: draw.skewed(10, 60_000) };
    }
  }
}
