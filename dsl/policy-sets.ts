import { nearest } from "./nearest.ts";
import type { CircuitBreakerInput, PoliciesInput, StepPoliciesInput } from "./policies.ts";

/** Policies that steps, or the whole workflow, use by name. They hold for any step, so there are no templates in them. */
export interface PolicySet extends Pick<StepPoliciesInput<never>, "timeout" | "retry" | "bulkhead" | "rateLimit"> {
  readonly circuitBreaker?: Omit<CircuitBreakerInput<never>, "target"> | undefined;
}

export type PolicySets = Readonly<Record<string, PolicySet>>;

export function isPolicySetName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/.test(name);
}

/**
 * A step's policies with those of the set that it uses, which its own override field by field. Nothing of the set's name is
 * left: a set is a way to write policies, and no part of what they mean.
 *
 * @throws {TypeError} when there is no such set.
 */
export function withPolicySet<Target>(own: StepPoliciesInput<Target>, sets: PolicySets): StepPoliciesInput<Target> {
  if (own.use === undefined) return own;
  const set = findSet(own.use, sets);
  return { ...own, ...merged(own, set), timeout: own.timeout ?? set.timeout };
}

/** As {@link withPolicySet}, for a workflow's policies, where a set's `timeout` is that of each attempt. */
export function withSharedPolicySet<Target>(own: PoliciesInput<Target>, sets: PolicySets): PoliciesInput<Target> {
  if (own.use === undefined) return own;
  const set = findSet(own.use, sets);
  return {
    ...own,
    timeout: { ...own.timeout, perStep: own.timeout?.perStep ?? set.timeout },
    resilience: { ...own.resilience, ...merged(own.resilience ?? {}, set) },
  };
}

type Merged<Target> = Pick<StepPoliciesInput<Target>, "retry" | "circuitBreaker" | "bulkhead" | "rateLimit">;

function merged<Target>(own: Merged<Target>, set: PolicySet): Merged<Target> {
  return {
    retry: fields(set.retry, own.retry),
    circuitBreaker: fields<CircuitBreakerInput<Target>>(set.circuitBreaker, own.circuitBreaker),
    bulkhead: fields(set.bulkhead, own.bulkhead),
    rateLimit: own.rateLimit ?? set.rateLimit,
  };
}

/** A field that is undefined says nothing. */
function fields<T extends object>(set: T | undefined, own: T | undefined): T | undefined {
  if (set === undefined || own === undefined) return own ?? set;
  const said = Object.entries(own).filter(([, value]) => value !== undefined);
  return { ...set, ...Object.fromEntries(said) };
}

function findSet(name: string, sets: PolicySets): PolicySet {
  const set = Object.hasOwn(sets, name) ? sets[name] : undefined;
  if (set !== undefined) return set;
  const near = nearest(name, Object.keys(sets));
  throw new TypeError(`there is no policy set "${name}"${near === undefined ? "" : `: did you mean "${near}"?`}`);
}
