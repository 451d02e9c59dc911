import { BudgetExceededError } from "../errors.ts";
import type { Budget } from "../workflow.ts";
import type { Usage } from "./events.ts";
import type { RunUsage } from "./state.ts";

/**
 * What a run and its children used up, against the run's budget. A child's meter tells its parent's, so that a bound holds
 * over the whole tree while it runs.
 */
export class BudgetMeter {
  readonly #budget: Budget;
  readonly #parent: BudgetMeter | undefined;
  readonly #onExceeded: (error: BudgetExceededError) => void;
  readonly #used = { calls: 0, tokens: 0, usd: 0 };

  constructor(options: {
    readonly budget: Budget | undefined;
    readonly parent: BudgetMeter | undefined;
    /** What was used up before. */
    readonly used: RunUsage;
    readonly onExceeded: (error: BudgetExceededError) => void;
  }) {
    this.#budget = options.budget ?? {};
    this.#parent = options.parent;
    this.#onExceeded = options.onExceeded;
    const { calls, tokens, usd } = options.used;
    // What went over the bound before has stopped the run before.
    Object.assign(this.#used, { calls, tokens, usd });
    if (calls + tokens + usd > 0) this.#parent?.spend({ calls, tokens, usd });
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
    this.#onExceeded(new BudgetExceededError(`Cannot go on: the run's budget of ${bound} ${what} is used up`));
  }
}
