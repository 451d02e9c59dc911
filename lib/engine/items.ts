import { ExpressionError } from "../errors.ts";
import { evaluate } from "../expression/evaluate.ts";
import { typeName } from "../expression/type-name.ts";
import { isArray, type JsonValue } from "../json.ts";
import type { PlannedStep } from "./plan.ts";
import { executionScope, type LocalScope } from "./scope.ts";
import type { ExecutionState } from "./state.ts";

/** Each item is a unit with a state of its own. */
const maxItems = 100_000;

interface Launch {
  readonly values: readonly JsonValue[];
  /** Items before this one have been asked to start. */
  next: number;
  /** Items that were asked to start and have not ended. */
  open: number;
}

/**
 * The items of steps with `forEach`, and which of them may start. Their values are not recorded: what they are made of is,
 * so a restart makes them again.
 */
export class Items {
  readonly #state: ExecutionState;
  #launches: Map<number, Launch> | undefined;

  constructor(state: ExecutionState) {
    this.#state = state;
  }

  /** @throws {ExpressionError} when the expression has no value, or one that is no array of a bearable length. */
  of(planned: PlannedStep): readonly JsonValue[] {
    return this.#launch(planned).values;
  }

  /** What the templates of an item see. */
  scopeOf(planned: PlannedStep, item: number): LocalScope {
    return { item: this.of(planned)[item] ?? null, index: item };
  }

  /** Units that may start now: those in line, as many as the step lets run at once. */
  start(planned: PlannedStep): readonly number[] {
    const whole = this.#state.units[planned.index];
    if (whole?.status !== "mapping" || whole.failure !== undefined) return [];
    const launch = this.#launch(planned);
    const first = this.#state.firstItems?.get(planned.index) ?? 0;
    const units: number[] = [];
    while (launch.open < limitOf(planned) && launch.next < whole.items) {
      const unit = first + launch.next++;
      if (this.#state.units[unit]?.status !== "pending") continue;
      launch.open++;
      units.push(unit);
    }
    return units;
  }

  ended(planned: PlannedStep): void {
    this.#launch(planned).open--;
  }

  #launch(planned: PlannedStep): Launch {
    const known = this.#launches?.get(planned.index);
    if (known !== undefined) return known;
    const values = itemsOf(this.#state, planned);
    const whole = this.#state.units[planned.index];
    const open = whole?.status === "mapping" ? whole.active : 0;
    const launch: Launch = { values, next: 0, open };
    (this.#launches ??= new Map()).set(planned.index, launch);
    return launch;
  }
}

function limitOf({ step }: PlannedStep): number {
  return (step.kind === "wait" ? undefined : step.forEach?.maxConcurrency) ?? Infinity;
}

function itemsOf(state: ExecutionState, { step, id }: PlannedStep): readonly JsonValue[] {
  const expression = step.kind === "wait" ? undefined : step.forEach?.items;
  const items = expression === undefined ? null : evaluate(expression, executionScope(state));
  if (typeof items !== "object" || items === null || !isArray(items)) {
    throw new ExpressionError(
      "EXPR_TYPE_MISMATCH",
      `Cannot run step "${id}" for each item: "items" must be an array, and is ${typeName(items)}`,
    );
  }
  if (items.length <= maxItems) return items;
  throw new ExpressionError(
    "EXPR_TOO_LARGE",
    `Cannot run step "${id}" for each item: there are ${items.length} items, and at most ${maxItems} may be`,
  );
}

/** Whether a step is one that runs for each of its items. */
export function isMapped({ step }: PlannedStep): boolean {
  return step.kind !== "wait" && step.forEach !== undefined;
}
