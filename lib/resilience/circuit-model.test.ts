import { describe, test } from "bun:test";
import * as fc from "fast-check";
import { systemClock } from "../clock.ts";
import { guardWith } from "./circuit-breaker.ts";
import { type CircuitSettings, circuitSettings } from "./circuit-options.ts";
import type { CircuitSnapshot } from "./circuit-snapshot.ts";
import { Circuit } from "./circuit.ts";
import { holdCircuit } from "./hold-circuit.ts";
import { restoreCircuit } from "./restore-circuit.ts";
import { snapshotCircuit } from "./snapshot-circuit.ts";
import { consecutive, countWindow, timeWindow, type Window } from "./window.ts";

const probeLease = 7;
const halfOpenProbes = 2;
const openDuration = (opening: number) => 4 * opening;

type Verdict = "success" | "failure" | "ignored";
type Hold = "isolated" | "disabled";

interface Ended {
  readonly at: number;
  readonly failed: boolean;
  readonly slow: boolean;
}

/** A stretch of time in which the circuit keeps its state. Calls of an earlier one do not count. */
interface Period {
  readonly state: "closed" | "open" | "half-open";
  /** Every call that ended well or badly in it, however long ago. */
  readonly ended: Ended[];
  successes: number;
}

interface Admission {
  /** None for a call that nobody counts. */
  readonly period: Period | undefined;
  readonly at: number;
  isOver: boolean;
}

/** The circuit as one would explain it: it keeps everything and looks at all of it each time. */
class Model {
  readonly window: Window;
  now = 0;
  period = period("closed");
  /** Calls under way, oldest first, as they are in the real circuit's list. */
  readonly calls: Admission[] = [];
  probes: readonly Admission[] = [];
  holds: Hold[] = [];
  openings = 0;
  openFor = 0;
  /** When the circuit may be probed, or closed. */
  overAt = 0;

  constructor(window: Window) {
    this.window = window;
  }

  get state(): Hold | Period["state"] {
    if (this.holds.includes("isolated")) return "isolated";
    return this.holds.length > 0 ? "disabled" : this.period.state;
  }

  admit(): boolean {
    if (this.state === "isolated") return false;
    if (this.state === "disabled") return this.start(undefined);
    if (this.period.state === "open") {
      if (this.now < this.overAt) return false;
      this.period = period("half-open");
      this.probes = [];
    }
    if (this.period.state === "closed") return this.start(this.period);
    // A lease that has ended costs the place only once somebody else asks for it.
    this.probes = this.probes.filter((probe) => !probe.isOver && probe.at + probeLease > this.now);
    if (this.probes.length + this.period.successes >= halfOpenProbes) return false;
    this.start(this.period);
    this.probes = [...this.probes, ...this.calls.slice(-1)];
    return true;
  }

  end(index: number, verdict: Verdict): void {
    const [call] = this.calls.splice(index, 1);
    const { period: current } = this;
    if (call?.period !== current) return;
    if (current.state === "half-open" && !this.probes.includes(call)) return;
    call.isOver = true;
    if (verdict === "ignored") return;
    const failed = verdict === "failure";
    const { slowCall } = this.window.kind === "time" ? this.window : {};
    const slow = slowCall !== undefined && this.now - call.at > slowCall.duration;
    current.ended.push({ at: this.now, failed, slow });
    if ((failed || slow) && (current.state === "half-open" || this.isTooBad(current.ended))) return this.open();
    if (current.state === "half-open" && ++current.successes >= halfOpenProbes) this.close();
  }

  hold(kind: Hold): void {
    this.rehold([...this.holds, kind]);
  }

  release(index: number): void {
    this.rehold(this.holds.toSpliced(index, 1));
  }

  reset(): void {
    this.holds = [];
    this.openings = 0;
    this.openFor = 0;
    this.close();
  }

  /** As much of it as outlives the process. */
  restart(ms: number): void {
    const { state } = this;
    this.now += ms;
    this.holds = state === "isolated" || state === "disabled" ? [state] : [];
    this.renew();
  }

  private start(admitted: Period | undefined): true {
    this.calls.push({ period: admitted, at: this.now, isOver: false });
    return true;
  }

  private isTooBad(ended: readonly Ended[]): boolean {
    const { window } = this;
    if (window.kind === "consecutive") {
      return ended.length >= window.failures && ended.slice(-window.failures).every(({ failed }) => failed);
    }
    const tenth = (ms: number) => Math.floor((ms * 10) / (window.kind === "time" ? window.duration : 1));
    const seen =
      window.kind === "count" ? ended.slice(-window.size) : ended.filter(({ at }) => tenth(at) > tenth(this.now) - 10);
    if (seen.length < window.minimumCalls) return false;
    const isOften = (rate: number, kind: "failed" | "slow") => seen.filter((e) => e[kind]).length / seen.length >= rate;
    if (isOften(window.failureRate, "failed")) return true;
    return window.kind === "time" && window.slowCall !== undefined && isOften(window.slowCall.rate, "slow");
  }

  private open(): void {
    if (this.period.state === "closed" && this.now - this.overAt >= this.openFor) this.openings = 0;
    this.openings++;
    this.openFor = openDuration(this.openings);
    this.overAt = this.now + this.openFor;
    this.period = period("open");
  }

  private close(): void {
    this.overAt = this.now;
    this.period = period("closed");
  }

  private rehold(holds: Hold[]): void {
    const { state } = this;
    this.holds = holds;
    if (this.state !== state) this.renew();
  }

  /** The same state and history, in which no call under way counts. */
  private renew(): void {
    this.period = { ...this.period, successes: 0 };
    this.probes = [];
  }
}

function period(state: Period["state"]): Period {
  return { state, ended: [], successes: 0 };
}

interface Real {
  readonly time: { now: number };
  readonly settings: CircuitSettings;
  circuit: Circuit;
  readonly calls: { admission: number; at: number; circuit: Circuit }[];
  holds: Disposable[];
}

/** One step, taken by both, after which both must look the same. */
class Step implements fc.Command<Model, Real> {
  readonly name: string;
  readonly check: (model: Readonly<Model>) => boolean;
  readonly take: (model: Model, real: Real) => void;
  constructor(
    name: string,
    take: (model: Model, real: Real) => void,
    check: (model: Readonly<Model>) => boolean = () => true,
  ) {
    this.name = name;
    this.take = take;
    this.check = check;
  }
  run(model: Model, real: Real): void {
    this.take(model, real);
    const { circuit } = real;
    if (circuit.state !== model.state) throw new Error(`is ${circuit.state}, should be ${model.state}`);
    const wait = Math.max(0, model.overAt - model.now);
    if (model.state === "open" && circuit.retryAfter !== wait) {
      throw new Error(`lets a call through after ${circuit.retryAfter} ms, should after ${wait} ms`);
    }
  }
  toString = () => this.name;
}

const admit = new Step("admit", (model, real) => {
  let admitted = true;
  try {
    const { circuit } = real;
    real.calls.push({ admission: circuit.admit(0), at: real.time.now, circuit });
  } catch {
    admitted = false;
  }
  if (admitted !== model.admit()) throw new Error(`admitted: ${admitted}, should be ${!admitted}`);
});

function end(pick: number, verdict: Verdict): Step {
  return new Step(
    `end ${pick} with ${verdict}`,
    (model, real) => {
      const index = pick % model.calls.length;
      for (const { admission, at, circuit } of real.calls.splice(index, 1)) {
        if (verdict === "ignored") circuit.record(admission, at);
        else if (verdict === "success") circuit.record(admission, at, true, 1);
        else circuit.record(admission, at, false, new Error("down"));
      }
      model.end(index, verdict);
    },
    (model) => model.calls.length > 0,
  );
}

function advance(ms: number): Step {
  return new Step(`advance ${ms}`, (model, real) => {
    real.time.now += ms;
    model.now += ms;
  });
}

function hold(kind: Hold): Step {
  return new Step(kind, (model, real) => {
    real.holds.push(holdCircuit(real.circuit, { state: kind, reason: "by hand" }));
    model.hold(kind);
  });
}

function release(pick: number): Step {
  return new Step(
    `release ${pick}`,
    (model, real) => {
      // The last circuit's hold is nobody's to release.
      const lost = model.holds.length - real.holds.length;
      if (real.holds.length === 0) return;
      const index = pick % real.holds.length;
      for (const held of real.holds.splice(index, 1)) held[Symbol.dispose]();
      model.release(lost + index);
    },
    (model) => model.holds.length > 0,
  );
}

const reset = new Step("reset", (model, real) => {
  real.circuit.reset();
  real.holds = [];
  model.reset();
});

function restart(ms: number): Step {
  return new Step(`restart after ${ms}`, (model, real) => {
    const saved = JSON.stringify(snapshotCircuit(guardWith(real.circuit)));
    real.time.now += ms;
    real.circuit = new Circuit(real.settings, "model");
    restoreCircuit(guardWith(real.circuit), JSON.parse(saved) as CircuitSnapshot);
    real.holds = [];
    model.restart(ms);
  });
}

function setUp(window: Window): { model: Model; real: Real } {
  const time = { now: 0 };
  const clock = { ...systemClock, now: () => time.now, wall: () => 1_000 + time.now };
  const settings = circuitSettings({
    window,
    openDuration: ({ attempt }) => openDuration(attempt),
    probeLease,
    halfOpenProbes,
    clock,
  });
  const real = { time, settings, circuit: new Circuit(settings, "model"), calls: [], holds: [] };
  return { model: new Model(window), real };
}

const anyEnd = fc
  .tuple(fc.nat(20), fc.constantFrom<Verdict>("success", "failure", "failure", "ignored"))
  .map(([pick, verdict]) => end(pick, verdict));

const steps = fc.commands(
  [
    fc.constant(admit),
    fc.constant(admit),
    anyEnd,
    anyEnd,
    fc.integer({ min: 1, max: 12 }).map(advance),
    fc.constantFrom(
      hold("isolated"),
      hold("disabled"),
      release(0),
      release(1),
      reset,
      restart(0),
      restart(3),
      restart(25),
      advance(40),
      advance(3_600_000),
    ),
  ],
  { maxCommands: 60, size: "max" },
);

describe("a circuit", () => {
  test.each<[name: string, window: Window]>([
    ["failures in a row", consecutive(3)],
    ["the last calls", countWindow({ size: 4, failureRate: 0.5, minimumCalls: 3 })],
    ["the latest calls", timeWindow({ duration: 20, failureRate: 0.5, minimumCalls: 3 })],
    [
      "slow calls",
      timeWindow({ duration: 30, failureRate: 0.7, minimumCalls: 2, slowCall: { duration: 5, rate: 0.4 } }),
    ],
  ])("that counts %s does what its model does, for any order of events", (_name, window) => {
    fc.assert(
      fc.property(steps, (all) => fc.modelRun(() => setUp(window), all)),
      { numRuns: 3_000 },
    );
  });
});
