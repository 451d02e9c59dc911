import { describe, test } from "bun:test";
import * as fc from "fast-check";
import { systemClock } from "../clock.ts";
import { circuitSettings } from "./circuit-options.ts";
import { Circuit } from "./circuit.ts";
import { consecutive } from "./window.ts";

const failures = 3;
const openDuration = 10;
const probeLease = 7;
const halfOpenProbes = 2;

/** The circuit as one would explain it: a period of time in some state, which ends by making a new one. */
interface Period {
  readonly state: "closed" | "open" | "half-open";
  readonly until: number;
  row: number;
  successes: number;
}

interface Admission {
  readonly period: Period;
  readonly leaseEnds: number;
  isOver: boolean;
}

class Model {
  now = 0;
  period: Period = period("closed");
  /** Calls under way, oldest first, as they are in the real circuit's list. */
  readonly calls: Admission[] = [];
  probes: Admission[] = [];

  admit(): boolean {
    if (this.period.state === "open" && this.now >= this.period.until) this.period = period("half-open");
    if (this.period.state === "open") return false;
    const admission = { period: this.period, leaseEnds: this.now + probeLease, isOver: false };
    if (this.period.state === "half-open") {
      this.probes = this.probes.filter((probe) => !this.isOut(probe));
      if (this.probes.length + this.period.successes >= halfOpenProbes) return false;
      this.probes.push(admission);
    }
    this.calls.push(admission);
    return true;
  }

  end(index: number, verdict: "success" | "failure" | "ignored"): void {
    const [admission] = this.calls.splice(index, 1);
    if (admission === undefined || admission.period !== this.period) return;
    if (this.period.state === "half-open" && !this.probes.includes(admission)) return;
    admission.isOver = true;
    const { period: current } = this;
    if (verdict === "success") {
      current.row = 0;
      current.successes++;
    }
    if (verdict === "failure") current.row++;
    const needed = current.state === "closed" ? failures : 1;
    if (current.row >= needed) this.period = period("open", this.now + openDuration);
    else if (current.state === "half-open" && current.successes >= halfOpenProbes) this.period = period("closed");
  }

  /** A lease that has ended costs the place only once somebody else asks for it. */
  private isOut(probe: Admission): boolean {
    return probe.period !== this.period || probe.isOver || probe.leaseEnds <= this.now;
  }
}

function period(state: Period["state"], until = Infinity): Period {
  return { state, until, row: 0, successes: 0 };
}

interface Real {
  readonly time: { now: number };
  readonly circuit: Circuit;
  readonly admissions: number[];
}

type Command = fc.Command<Model, Real>;

function same(model: Model, { circuit }: Real): void {
  if (circuit.state !== model.period.state) throw new Error(`is ${circuit.state}, should be ${model.period.state}`);
}

class Admit implements Command {
  check = () => true;
  run(model: Model, real: Real): void {
    let admitted = true;
    try {
      real.admissions.push(real.circuit.admit(0));
    } catch {
      admitted = false;
    }
    if (admitted !== model.admit()) throw new Error(`admitted: ${admitted}, should be ${!admitted}`);
    same(model, real);
  }
  toString = () => "admit";
}

class End implements Command {
  readonly pick: number;
  readonly verdict: "success" | "failure" | "ignored";
  constructor(pick: number, verdict: "success" | "failure" | "ignored") {
    this.pick = pick;
    this.verdict = verdict;
  }
  check = (model: Readonly<Model>) => model.calls.length > 0;
  run(model: Model, real: Real): void {
    const index = this.pick % model.calls.length;
    const [admission = -1] = real.admissions.splice(index, 1);
    if (this.verdict === "ignored") real.circuit.cancel(admission, 0);
    else if (this.verdict === "success") real.circuit.record(admission, 0, { ok: true, value: 1 });
    else real.circuit.record(admission, 0, { ok: false, error: new Error("down") });
    model.end(index, this.verdict);
    same(model, real);
  }
  toString = () => `end ${this.pick} with ${this.verdict}`;
}

class Advance implements Command {
  readonly ms: number;
  constructor(ms: number) {
    this.ms = ms;
  }
  check = () => true;
  run(model: Model, real: Real): void {
    real.time.now += this.ms;
    model.now += this.ms;
    same(model, real);
  }
  toString = () => `advance ${this.ms}`;
}

function setUp(): { model: Model; real: Real } {
  const time = { now: 0 };
  const clock = { ...systemClock, now: () => time.now };
  const window = consecutive(failures);
  const settings = circuitSettings({ window, openDuration, probeLease, halfOpenProbes, clock });
  return { model: new Model(), real: { time, circuit: new Circuit(settings, "model"), admissions: [] } };
}

describe("a circuit", () => {
  test("does what its model does, for any order of calls, ends and time", () => {
    const end = fc.tuple(
      fc.nat(20),
      fc.constantFrom("success" as const, "failure" as const, "failure" as const, "ignored" as const),
    );
    const commands = fc.commands(
      [
        fc.constant(new Admit()),
        end.map(([pick, verdict]) => new End(pick, verdict)),
        fc.integer({ min: 1, max: 12 }).map((ms) => new Advance(ms)),
      ],
      { maxCommands: 60 },
    );
    fc.assert(
      fc.property(commands, (all) => fc.modelRun(setUp, all)),
      { numRuns: 3_000 },
    );
  });
});
