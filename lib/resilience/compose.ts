import { type Clock, systemClock } from "../clock.ts";
import { stackOf, stackPolicy } from "./call.ts";
import type { Operation, Policy } from "./policy.ts";

type AddsOf<P> = P extends Policy<infer Adds> ? Adds : never;

/**
 * Combines policies, the outermost first: `compose(retry(), circuitBreaker(), timeout(30_000))` retries attempts that a
 * circuit guards and a time limit ends. The same as nesting the calls, but faster where a retry, a circuit and a timeout
 * follow each other in this order on one clock.
 */
export function compose<const Policies extends readonly Policy<unknown>[]>(
  ...policies: Policies
): Policy<AddsOf<Policies[number]>> {
  const layers: Policy<unknown>[] = [];
  for (const policy of policies) {
    const outer = layers.pop();
    layers.push(...(outer === undefined ? [policy] : neighbours(outer, policy)));
  }
  const [first = stackPolicy(timeless), ...rest] = layers;
  const composed =
    rest.length === 0
      ? first
      : <T>(operation: Operation<T>) =>
          first(rest.reduceRight<Operation<unknown>>((inner, policy) => policy(inner), operation));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the layers may add is only known by their types
  return composed as Policy<AddsOf<Policies[number]>>;
}

/** Nobody's clock: only a policy knows on which scale a deadline is, so without one none has passed. */
const timeless: Clock = { ...systemClock, now: () => -Number.MAX_VALUE };

/** Both as one stack, if every stage of `outer` goes around every stage of `inner`, or else as they are. */
function neighbours(outer: Policy<unknown>, inner: Policy<unknown>): readonly Policy<unknown>[] {
  const outside = stackOf(outer);
  const inside = stackOf(inner);
  if (outside === undefined || outside.clock !== inside?.clock) return [outer, inner];
  const { clock, retry, circuit, timeLimit } = outside;
  const clash = timeLimit ?? (circuit && (inside.retry ?? inside.circuit)) ?? (retry && inside.retry);
  if (clash !== undefined) return [outer, inner];
  return [stackPolicy(clock, retry ?? inside.retry, circuit ?? inside.circuit, inside.timeLimit)];
}
