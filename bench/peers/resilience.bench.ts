import { compare, measure } from "../compare.ts";
import { cockatiel } from "./cockatiel.ts";
import { effect, effectRetryTimeout } from "./effect.ts";
import { opossum } from "./opossum.ts";
import { pretry } from "./p-retry.ts";
import type { Guard, Peer } from "./peer.ts";

/** What other libraries cost, under the same names of groups as orchestr8 in `bench/resilience.bench.ts`. */
const operation = async (): Promise<number> => 1;
const { signal } = new AbortController();

function callsOf(guards: Readonly<Record<string, Guard | undefined>>): Record<string, () => Promise<number>> {
  return Object.fromEntries(
    Object.entries(guards).flatMap(([name, guard]) => {
      if (guard === undefined) return [];
      const call = guard(operation);
      return [[name, () => call()]];
    }),
  );
}

await compare(
  "call",
  callsOf({
    "cockatiel retry": cockatiel.retry?.(3, 1_000),
    "cockatiel circuitBreaker": cockatiel.breaker?.({ failures: 5, openDuration: 60_000 }).guard,
    "cockatiel timeout": cockatiel.timeout?.(30_000),
    "cockatiel stack": cockatiel.stack?.(),
    "opossum, as it comes (breaker, timeout)": opossum.stack?.(),
    "p-retry": pretry.stack?.(),
    "effect retry, timeout": effectRetryTimeout,
    "effect stack": effect.stack?.(),
  }),
);

const underSignal = Object.fromEntries(
  [cockatiel, pretry, effect].flatMap(({ name, stack }) => {
    if (stack === undefined) return [];
    const call = stack()(operation);
    return [[`${name}${name === "p-retry" ? "" : " stack"}`, () => call(signal)]];
  }),
);
await compare("call under a signal", underSignal);

/** A call of a breaker that is open. */
async function refused({ name, breaker }: Peer): Promise<readonly [string, () => Promise<unknown>]> {
  const opening = breaker?.({ failures: 2, openDuration: 3_600_000 });
  if (opening === undefined) throw new Error(`Cannot measure ${name}: it has no circuit breaker`);
  const call = opening.guard(() => Promise.reject(new Error("down")));
  for (let count = 0; count < 2; count++) await call().catch(ignore);
  if ((await opening.state()) !== "open") throw new Error(`Cannot open the circuit of ${name} with two failures`);
  return [`${name} circuitBreaker`, () => call().catch(ignore)];
}

function ignore(): undefined {}

await compare(
  "call of an open circuit",
  Object.fromEntries(await Promise.all([cockatiel, opossum, effect].map((peer) => refused(peer)))),
);

await measure();
// The timers of opossum's breakers never end.
process.exit();
