import { isArray } from "../lib/json.ts";
import type { Expression, ForEach, Repeat } from "../lib/workflow.ts";
import type { AnyStepOptions } from "./any-step-options.ts";
import { presentFields } from "./canonical.ts";
import { durationMessage, isDuration, parseDuration } from "./duration.ts";
import { expressionLimits } from "./expression-cursor.ts";
import { localValue, rootReference } from "./local-references.ts";
import { printExpression } from "./print-expression.ts";
import { maxIterations } from "./step-limits.ts";
import { toTemplate } from "./template-input.ts";
import { type DefinitionScope, sourceOf } from "./value-source.ts";

/** The expression of a condition. Throws TypeError for anything that says nothing about the run. */
export function toCondition(condition: unknown, scope: DefinitionScope): Expression {
  const template = toTemplate(condition, scope);
  if (template.kind === "expression") return writable(template.expression, "a condition");
  const content = sourceOf(condition)?.content;
  if (content !== undefined && "kind" in content) return content;
  throw new TypeError("a condition must be an expression, such as equals(…) or a reference");
}

export function toForEach(forEach: AnyStepOptions["forEach"], scope: DefinitionScope): ForEach | undefined {
  if (forEach === undefined) return undefined;
  const { items, maxConcurrency } = forEach;
  requireInteger("forEach.maxConcurrency", maxConcurrency, Number.MAX_SAFE_INTEGER);
  return presentFields<ForEach>({ items: toItems(items, scope), maxConcurrency });
}

function toItems(items: unknown, scope: DefinitionScope): Expression {
  const template = toTemplate(items, scope);
  if (template.kind === "expression") return writable(template.expression, "forEach.items");
  if (template.kind === "literal" && isArray(template.value)) {
    return writable({ kind: "value", value: template.value }, "forEach.items");
  }
  throw new TypeError("forEach.items must be an array of constants, or a reference to an array");
}

/** `locals` are the references to the item, which come after the output. */
export function toRepeat(
  repeat: AnyStepOptions["repeat"],
  locals: readonly unknown[],
  scope: DefinitionScope,
): Repeat | undefined {
  if (repeat === undefined) return undefined;
  const { until, delay } = repeat;
  requireInteger("repeat.maxIterations", repeat.maxIterations, maxIterations);
  if (delay !== undefined && !isDuration(delay)) throw new RangeError(`repeat.delay must be ${durationMessage}`);
  return presentFields<Repeat>({
    until: toCondition(localValue(until, [rootReference("output", scope), ...locals]), scope),
    maxIterations: repeat.maxIterations,
    delayMs: delay === undefined ? undefined : parseDuration(delay),
  });
}

/** A file could not hold a longer one. */
function writable(expression: Expression, what: string): Expression {
  if (printExpression(expression).length <= expressionLimits.maxLength) return expression;
  throw new TypeError(
    `${what} must not be longer than ${expressionLimits.maxLength} characters; put constants into the workflow's variables`,
  );
}

function requireInteger(field: string, value: number | undefined, maximum: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= 1 && value <= maximum)) return;
  const wanted = maximum === Number.MAX_SAFE_INTEGER ? "an integer >= 1" : `an integer from 1 to ${maximum}`;
  throw new RangeError(`${field} must be ${wanted}, got ${value}`);
}
