import type { CircuitBreaker } from "./circuit-breaker.ts";
import { type CircuitKey, circuitKey } from "./circuit-key.ts";
import { type CircuitBreakerOptions, type CircuitSettings, circuitSettings } from "./circuit-options.ts";
import { Circuit } from "./circuit.ts";
import type { Context } from "./policy.ts";
import { requireNumber } from "./require-number.ts";
import type { CircuitStage } from "./stack.ts";

export interface CircuitBreakersOptions<T = unknown> extends CircuitBreakerOptions<T> {
  /** Chooses the circuit of a call. Default: `context.key`; calls without one share the circuit of the empty key. */
  readonly keyOf?: (context: Context) => CircuitKey | string;
  /** From how many circuits on a new one replaces a closed one, default 10,000. */
  readonly maxKeys?: number;
  /** Milliseconds after which an unused circuit may be forgotten, default 1 h. */
  readonly idleTtl?: number;
}

/** A circuit of a registry. */
export interface CircuitEntry {
  readonly circuit: Circuit;
  /** The circuit as users see it, once one has asked. */
  breaker: CircuitBreaker | undefined;
  /** Set by every use after the first. A sweep turns it into `seenAt`, so that a call reads no clock. */
  isUsed: boolean;
  seenAt: number;
}

/** How many circuits a sweep looks at: enough to shrink the registry, few enough to cost next to nothing. */
const sweepLength = 8;

/** The circuits of a registry, and which of them may be forgotten. */
export class Circuits implements CircuitStage {
  readonly settings: CircuitSettings;
  readonly #keyOf: (context: Context) => CircuitKey | string;
  readonly #maxKeys: number;
  readonly #idleTtl: number;
  /** In the order in which sweeps come to them. */
  readonly #entries = new Map<string, CircuitEntry>();

  constructor(options: CircuitBreakersOptions<never>) {
    const { keyOf = keyOfContext, maxKeys = 10_000, idleTtl = 3_600_000 } = options;
    this.settings = circuitSettings(options);
    this.#keyOf = keyOf;
    this.#maxKeys = requireNumber("circuitBreakers", "maxKeys", maxKeys, { min: 1 });
    this.#idleTtl = requireNumber("circuitBreakers", "idleTtl", idleTtl, { min: 0 });
  }

  get size(): number {
    return this.#entries.size;
  }

  select(context: Context): Circuit {
    return this.use(this.#keyOf(context)).circuit;
  }

  /** The circuit of a key, made when there is none. */
  use(key: CircuitKey | string): CircuitEntry {
    const text = textOf(key);
    const known = this.#entries.get(text);
    if (known === undefined) return this.#add(text);
    known.isUsed = true;
    return known;
  }

  peek(key: CircuitKey | string): CircuitEntry | undefined {
    return this.#entries.get(textOf(key));
  }

  delete(key: CircuitKey | string): boolean {
    return this.#entries.delete(textOf(key));
  }

  entries(): Iterable<[string, CircuitEntry]> {
    return this.#entries.entries();
  }

  #add(key: string): CircuitEntry {
    const now = this.settings.clock.now();
    this.#sweep(now);
    const entry = { circuit: new Circuit(this.settings, key), breaker: undefined, isUsed: false, seenAt: now };
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

  #isIdle({ circuit, seenAt }: CircuitEntry, now: number): boolean {
    const { hold, state, probes, openUntil } = circuit;
    // Until when it has something to remember: forever while it is held or probed.
    const until = state === "closed" ? seenAt : hold === undefined && probes.size === 0 ? openUntil : Infinity;
    return now - Math.max(until, seenAt) >= this.#idleTtl;
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
