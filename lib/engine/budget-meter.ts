import { BudgetExceededError } from "../errors.ts";
import type { Budget } from "../workflow.ts";
import type { Usage } from "./events.ts";
import type { RunUsage } from "./state.ts";

/** A run that ends when its budget is used up. */
interface Budgeted {
  fail(error: Error): void;
}

/**
 * What a run and its children used up, against the run's budget. A child's meter tells its parent's, so that a bound holds
 * over the whole tree while it runs.
 */
export class BudgetMeter {
  readonly #budget: Budget;
  readonly #parent: BudgetMeter | undefined;
  readonly #run: Budgeted;
  readonly #used: { calls: number; tokens: number; usd: number };

  /** `used` is what was used up before: what went over the bound then has stopped the run then. */
  constructor(
    budget: Budget | undefined,
    parent: BudgetMeter | undefined,
    { calls, tokens, usd }: RunUsage,
    run: Budgeted,
  ) {
    this.#budget = budget ?? {};
    this.#parent = parent;
    this.#run = run;
    this.#used = { calls, tokens, usd };
    if (calls + tokens + usd > 0) parent?.spend({ calls, tokens, usd });
  }

  /**
   * Asks for one call of an agent. Says no, and stops the run whose budget it is, when there is none left; but what undoes
   * a step is called all the same, since that is how a run stops.
   */
  takeCall(isCompensation: boolean): boolean {
    if (!isCompensation && !this.#hasCallLeft()) return false;
    this.spend({ calls: 1 });
    return true;
  }

  /** Counts what a call used. A call is paid for when it is over, so the bound is passed before the run stops. */
  spend(usage: Usage): void {
    const { calls = 0, tokens = 0, usd = 0 } = usage;
    const used = this.#used;
    used.calls += calls;
    used.tokens += tokens;
    used.usd += usd;
    const { tokens: maxTokens = Infinity, usd: maxUsd = Infinity } = this.#budget;
    if (used.tokens > maxTokens) this.#exceed("tokens", maxTokens);
    else if (used.usd > maxUsd) this.#exceed("usd", maxUsd);
    this.#parent?.spend(usage);
  }

  #hasCallLeft(): boolean {
    const { calls = Infinity } = this.#budget;
    if (this.#used.calls < calls) return this.#parent === undefined || this.#parent.#hasCallLeft();
    this.#exceed("calls", calls);
    return false;
  }

  #exceed(what: "calls" | "tokens" | "usd", bound: number): void {
    this.#run.fail(new BudgetExceededError(`Cannot go on: the run's budget of ${bound} ${what} is used up`));
  }
}
