import {
  adaptiveConcurrency,
  adaptiveRetryBudget,
  bulkhead,
  compose,
  exponentialBackoff,
  type Guarded,
  type Policy,
  type Random,
  retry,
  type RetryBudget,
  retryBudget,
  seededRandom,
  timeout,
} from "orchestr8/resilience";
import { VirtualClock } from "orchestr8/testing";
import { exponential, OverloadServer, type ServerOptions } from "./overload-server.ts";

/** Durations in milliseconds of virtual time. */
export interface Scenario extends ServerOptions {
  /** Processes that call the server, each with policies of its own. */
  readonly clients: number;
  /** What they offer together, as a share of what the server can do. */
  readonly load: number;
  readonly slowdown: number;
  readonly slowFrom: number;
  readonly slowUntil: number;
  readonly end: number;
}

/** A server at 80 % of its capacity loses three quarters of that for ten seconds. */
export const overload: Scenario = {
  clients: 10,
  workers: 4,
  service: 40,
  maxQueue: 500,
  faults: 0,
  load: 0.8,
  slowdown: 4,
  slowFrom: 5_000,
  slowUntil: 15_000,
  end: 55_000,
};

/** The same server, offered half as much again as it can do, for good. */
export const saturation: Scenario = { ...overload, load: 1.5, slowdown: 1, end: 30_000 };

/** A server with time to spare that fails one call in ten. */
export const faults: Scenario = { ...overload, faults: 0.1, load: 0.5, slowdown: 1, end: 35_000 };

/** What a client has around its calls, besides a timeout. */
export interface Client {
  readonly name: string;
  readonly maxAttempts: number;
  readonly budget: (clock: VirtualClock) => RetryBudget | undefined;
  readonly room: (clock: VirtualClock) => Policy;
}

const fixedRoom = (clock: VirtualClock): Policy => bulkhead({ maxConcurrent: 20, clock });
/** What somebody would choose who knows the server at its worst, the number of its clients, and that neither changes. */
const knowingRoom = (clock: VirtualClock): Policy => bulkhead({ maxConcurrent: 2, clock });
const adaptiveRoom = (clock: VirtualClock): Policy => adaptiveConcurrency({ clock });
const tenPercent = (clock: VirtualClock): RetryBudget =>
  retryBudget({ percentCanRetry: 0.1, minRetriesPerSecond: 0, clock });

/** A fixed room has as many places as an adaptive one begins with. */
export const clients = {
  noRetries: { name: "no retries", maxAttempts: 1, budget: () => undefined, room: fixedRoom },
  fixed: { name: "retries, bulkhead", maxAttempts: 3, budget: () => undefined, room: fixedRoom },
  budget: { name: "retryBudget, bulkhead", maxAttempts: 3, budget: (clock) => retryBudget({ clock }), room: fixedRoom },
  strictBudget: { name: "retryBudget of 10 % only, bulkhead", maxAttempts: 3, budget: tenPercent, room: fixedRoom },
  knowing: { name: "retries, bulkhead of the right size", maxAttempts: 3, budget: () => undefined, room: knowingRoom },
  adaptiveBudget: {
    name: "adaptiveRetryBudget, bulkhead",
    maxAttempts: 3,
    budget: () => adaptiveRetryBudget(),
    room: fixedRoom,
  },
  adaptiveRoom: {
    name: "retries, adaptiveConcurrency",
    maxAttempts: 3,
    budget: () => undefined,
    room: adaptiveRoom,
  },
  adaptive: {
    name: "adaptiveRetryBudget, adaptiveConcurrency",
    maxAttempts: 3,
    budget: () => adaptiveRetryBudget(),
    room: adaptiveRoom,
  },
} satisfies Record<string, Client>;

interface Call {
  readonly at: number;
  /** Milliseconds until it succeeded; undefined when it did not. */
  readonly took: number | undefined;
}

export interface Figures {
  /** Shares of the calls made in that time that succeeded, in [0, 1]. */
  readonly before: number;
  readonly during: number;
  readonly after: number;
  /** Milliseconds from the end of the slowdown until 95 % of the calls of three seconds succeed; `Infinity` for never. */
  readonly recovery: number;
  /** Of the calls that succeeded, in milliseconds, retries included. */
  readonly p99: number;
  readonly attemptsPerSuccess: number;
}

/** One run in virtual time. The same seed gives the same arrivals to every kind of client. */
export async function simulate(scenario: Scenario, client: Client, seed: number): Promise<Figures> {
  const clock = new VirtualClock();
  const server = new OverloadServer(scenario, clock, seededRandom(`server ${seed}`));
  const calls: Call[] = [];
  const gap = (scenario.service * scenario.clients) / (scenario.workers * scenario.load);
  for (let number = 0; number < scenario.clients; number++) {
    const guarded = guard(client, clock, server, seededRandom(`client ${number} ${seed}`));
    arrive(guarded, clock, gap, scenario.end, seededRandom(`arrivals ${number} ${seed}`), calls);
  }
  clock.timer(scenario.slowFrom, () => void (server.slowdown = scenario.slowdown));
  clock.timer(scenario.slowUntil, () => void (server.slowdown = 1));
  // The last calls may take as long as all their attempts and waits.
  await clock.advance(scenario.end + 10_000);
  return figuresOf(scenario, calls, server.requests);
}

function guard(client: Client, clock: VirtualClock, server: OverloadServer, random: Random): Guarded<void> {
  const budget = client.budget(clock);
  const backoff = exponentialBackoff({ base: 100, jitter: "full" });
  const { maxAttempts } = client;
  const policy = compose(
    retry({ maxAttempts, backoff, clock, random, ...(budget === undefined ? {} : { budget }) }),
    timeout(1_000, { clock }),
    client.room(clock),
  );
  return policy(({ signal }) => server.handle(signal));
}

/** Calls again and again, whether or not earlier calls are over: callers elsewhere do not wait for each other. */
function arrive(
  guarded: Guarded<void>,
  clock: VirtualClock,
  gap: number,
  end: number,
  random: Random,
  calls: Call[],
): void {
  clock.timer(exponential(gap, random), () => {
    const at = clock.now();
    if (at >= end) return;
    guarded().then(
      () => calls.push({ at, took: clock.now() - at }),
      () => calls.push({ at, took: undefined }),
    );
    arrive(guarded, clock, gap, end, random, calls);
  });
}

function figuresOf({ slowFrom, slowUntil, end }: Scenario, calls: readonly Call[], requests: number): Figures {
  const goodput = (from: number, until: number): number => {
    const those = calls.filter(({ at }) => at >= from && at < until);
    return those.filter(({ took }) => took !== undefined).length / those.length;
  };
  const latencies = calls.flatMap(({ took }) => (took === undefined ? [] : [took])).toSorted((a, b) => a - b);
  let recovered = slowUntil;
  while (recovered + 3_000 <= end && goodput(recovered, recovered + 3_000) < 0.95) recovered += 500;
  return {
    before: goodput(0, slowFrom),
    during: goodput(slowFrom, slowUntil),
    after: goodput(slowUntil, end),
    recovery: recovered + 3_000 <= end ? recovered - slowUntil : Infinity,
    p99: latencies[Math.floor(latencies.length * 0.99)] ?? Infinity,
    attemptsPerSuccess: requests / latencies.length,
  };
}
