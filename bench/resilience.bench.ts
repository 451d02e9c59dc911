import {
  circuitBreaker,
  circuitBreakers,
  compose,
  constantBackoff,
  type Guarded,
  isOrchestr8Error,
  type Policy,
  retry,
  timeout,
} from "orchestr8/resilience";
import { bareCall, compare, limitByHand, measure } from "./compare.ts";
import { limit, type LimitOptions } from "./limit.ts";

/**
 * What a policy costs per call that succeeds at once, and per call that an open circuit refuses, beside a bare call and
 * beside the least that such a stack can cost. Policies are as they come; the operation never looks at its signal.
 */
const operation = async (): Promise<number> => 1;
const down = async (): Promise<number> => {
  throw new Error("down");
};

const limits: LimitOptions = {
  maxAttempts: 3,
  delay: 1_000,
  failureThreshold: 5,
  openDuration: 60_000,
  timeout: 30_000,
};

function stack(breaker: Policy = circuitBreaker()): Policy {
  return compose(retry(), breaker, timeout());
}

const { signal } = new AbortController();
const atLimit = limit(limits)(operation);
const retried = retry()(operation);
const broken = circuitBreaker()(operation);
const timed = timeout()(operation);
const inStack = stack()(operation);
const inRegistry = stack(circuitBreakers())(operation);

await compare("call", {
  [bareCall]: operation,
  [limitByHand]: () => atLimit(),
  "orchestr8 retry": () => retried(),
  "orchestr8 circuitBreaker": () => broken(),
  "orchestr8 timeout": () => timed(),
  "orchestr8 stack": () => inStack(),
  "orchestr8 stack, breaker per key": () => inRegistry({ key: "agent" }),
});

await compare("call under a signal", {
  [bareCall]: operation,
  [limitByHand]: () => atLimit(signal),
  "orchestr8 stack": () => inStack({ signal }),
  "orchestr8 stack, breaker per key": () => inRegistry({ signal, key: "agent" }),
});

/** Calls until the circuit is open. */
async function opened(policy: Policy): Promise<Guarded<number>> {
  const call = policy(down);
  for (;;) {
    const error: unknown = await call().catch((thrown: unknown) => thrown);
    if (isOrchestr8Error(error) && error.code === "CIRCUIT_OPEN") return call;
  }
}

const ignore = (): undefined => undefined;
const refuseLimit = limit({ ...limits, failureThreshold: 1, maxAttempts: 1 })(down);
const refuseBreaker = await opened(circuitBreaker());
const refuseStack = await opened(compose(retry({ backoff: constantBackoff(0) }), circuitBreaker(), timeout()));

await compare("call of an open circuit", {
  [bareCall]: () => down().catch(ignore),
  [limitByHand]: () => refuseLimit().catch(ignore),
  "orchestr8 circuitBreaker": () => refuseBreaker().catch(ignore),
  "orchestr8 stack": () => refuseStack().catch(ignore),
});

await measure();
