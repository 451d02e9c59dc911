import { stackPolicy } from "./call.ts";
import { type CircuitBreaker, guardWith } from "./circuit-breaker.ts";
import { type CircuitKey, circuitKey } from "./circuit-key.ts";
import { type CircuitBreakerOptions, type CircuitSettings, circuitSettings } from "./circuit-options.ts";
import { type CircuitSnapshot, parseCircuitSnapshot } from "./circuit-snapshot.ts";
import { Circuit } from "./circuit.ts";
import { policyObject } from "./policy-object.ts";
import type { Context, Policy } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import { isObject } from "./snapshot-field.ts";

export interface CircuitBreakersOptions<T = unknown> extends CircuitBreakerOptions<T> {
  /** Chooses the circuit of a call. Default: `context.key`; calls without one share the circuit of the empty key. */
  readonly keyOf?: (context: Context) => CircuitKey | string;
  /** From how many circuits on a new one replaces a closed one, default 10,000. */
  readonly maxKeys?: number;
  /** Milliseconds after which an unused circuit may be forgotten, default 1 h. */
  readonly idleTtl?: number;
}

/**
 * A circuit for every key, as one policy. A key is text or a {@link CircuitKey}, which `circuitKey` turns into text.
 *
 * Memory is bounded: circuits that nobody has used for `idleTtl` go as new ones come. Never forgotten are an open circuit
 * before its time plus `idleTtl` is up, one that is being probed and one that is isolated or disabled, so `maxKeys` can
 * be passed by circuits that are not closed.
 */
export interface CircuitBreakerRegistry extends Policy {
  /** The breaker of a key, made when there is none. */
  get(key: CircuitKey | string): CircuitBreaker;
  peek(key: CircuitKey | string): CircuitBreaker | undefined;
  /** Forgets a key, whatever its state. Calls under way change nothing any more. */
  delete(key: CircuitKey | string): boolean;
  entries(): IterableIterator<[string, CircuitBreaker]>;
  readonly size: number;
  /** Every circuit by its key, as `CircuitBreaker.snapshot` has it. */
  snapshot(): Readonly<Record<string, CircuitSnapshot>>;
}

/** `from` holds the circuits to go on from, each as `circuitBreaker` does. One that does not fit spoils them all. */
export function circuitBreakers<T = unknown>(
  options: CircuitBreakersOptions<T> = {},
  from: Readonly<Record<string, CircuitSnapshot>> = {},
): CircuitBreakerRegistry {
  const circuits = new Circuits(options);
  circuits.restore(from);
  const { keyOf = keyOfContext } = options;
  const { clock } = circuits.settings;
  const select = (context: Context): Circuit => circuits.use(textOf(keyOf(context))).circuit;
  return policyObject(stackPolicy({ clock, retry: undefined, circuit: { select }, timeLimit: undefined }), {
    get: (key: CircuitKey | string) => circuits.breaker(circuits.use(textOf(key))),
    peek: (key: CircuitKey | string) => circuits.peek(textOf(key)),
    delete: (key: CircuitKey | string) => circuits.delete(textOf(key)),
    entries: () => circuits.entries(),
    get size() {
      return circuits.size;
    },
    snapshot: () => circuits.snapshot(),
  });
}

interface Entry {
  readonly circuit: Circuit;
  breaker: CircuitBreaker | undefined;
  /** Set by every use after the first. A sweep turns it into `seenAt`, so that a call reads no clock. */
  isUsed: boolean;
  seenAt: number;
}

/** How many circuits a sweep looks at: enough to shrink the registry, few enough to cost next to nothing. */
const sweepLength = 8;

class Circuits {
  readonly settings: CircuitSettings;
  readonly #maxKeys: number;
  readonly #idleTtl: number;
  /** In the order in which sweeps come to them. */
  readonly #entries = new Map<string, Entry>();

  constructor({ maxKeys = 10_000, idleTtl = 3_600_000, ...options }: CircuitBreakersOptions<never>) {
    this.settings = circuitSettings(options);
    this.#maxKeys = requireNumber("circuitBreakers", "maxKeys", maxKeys, { min: 1 });
    this.#idleTtl = requireNumber("circuitBreakers", "idleTtl", idleTtl, { min: 0 });
  }

  get size(): number {
    return this.#entries.size;
  }

  use(key: string): Entry {
    const known = this.#entries.get(key);
    if (known !== undefined) {
      known.isUsed = true;
      return known;
    }
    return this.#add(key, undefined);
  }

  restore(from: Readonly<Record<string, CircuitSnapshot>>): void {
    if (!isObject(from)) throw new TypeError("Cannot restore circuits: snapshot must be an object");
    for (const [key, data] of Object.entries(from)) {
      this.#add(key, parseCircuitSnapshot(data, `circuit "${key}"`));
    }
  }

  snapshot(): Readonly<Record<string, CircuitSnapshot>> {
    const all = [...this.#entries].map(([key, { circuit }]) => [key, circuit.snapshot()] as const);
    // Unlike an assignment, this takes "__proto__" for a key like any other.
    return Object.freeze(Object.fromEntries(all));
  }

  peek(key: string): CircuitBreaker | undefined {
    const entry = this.#entries.get(key);
    return entry && this.breaker(entry);
  }

  delete(key: string): boolean {
    return this.#entries.delete(key);
  }

  *entries(): IterableIterator<[string, CircuitBreaker]> {
    for (const [key, entry] of this.#entries) yield [key, this.breaker(entry)];
  }

  breaker(entry: Entry): CircuitBreaker {
    entry.breaker ??= guardWith(entry.circuit, this.settings.clock);
    return entry.breaker;
  }

  #add(key: string, from: CircuitSnapshot | undefined): Entry {
    const now = this.settings.clock.now();
    this.#sweep(now);
    const circuit = new Circuit(this.settings, key, from);
    const entry: Entry = { circuit, breaker: undefined, isUsed: false, seenAt: now };
    this.#entries.set(key, entry);
    return entry;
  }

  /** Looks at the circuits that were not looked at for longest, drops the idle ones, and one closed one if there is no room. */
  #sweep(now: number): void {
    let spare: string | undefined;
    const looked = [...firsts(this.#entries, sweepLength)];
    for (const [key, entry] of looked) {
      this.#entries.delete(key);
      if (entry.isUsed) {
        entry.isUsed = false;
        entry.seenAt = now;
      } else if (this.#isIdle(entry, now)) continue;
      this.#entries.set(key, entry);
      if (entry.circuit.state === "closed") spare ??= key;
    }
    if (this.#entries.size >= this.#maxKeys && spare !== undefined) this.#entries.delete(spare);
  }

  #isIdle({ circuit, seenAt }: Entry, now: number): boolean {
    if (circuit.state === "closed") return now - seenAt >= this.#idleTtl;
    const { waitingSince } = circuit;
    return waitingSince !== undefined && now - Math.max(waitingSince, seenAt) >= this.#idleTtl;
  }
}

function* firsts<Item>(items: Iterable<Item>, count: number): Iterable<Item> {
  let index = 0;
  for (const item of items) {
    if (index++ === count) return;
    yield item;
  }
}

function keyOfContext({ key }: Context): string {
  return key ?? "";
}

function textOf(key: CircuitKey | string): string {
  return typeof key === "string" ? key : circuitKey(key);
}
