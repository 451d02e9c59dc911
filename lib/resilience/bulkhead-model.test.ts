import { describe, test } from "bun:test";
import * as fc from "fast-check";
import { type Bulkhead, bulkhead } from "./bulkhead.ts";

const maxQueue = 3;

/** A bulkhead as one would explain it: a set of running calls and a list of waiting ones, both of names. */
class Model {
  max = 2;
  calls = 0;
  running: number[] = [];
  waiting: number[] = [];
  refused: number[] = [];
  started: number[] = [];

  fill(): void {
    while (this.running.length < this.max && this.waiting.length > 0) this.begin(this.waiting.shift() ?? -1);
  }

  begin(call: number): void {
    this.running.push(call);
    this.started.push(call);
  }
}

class Real {
  readonly policy: Bulkhead = bulkhead({ maxConcurrent: 2, maxQueue });
  readonly started: number[] = [];
  readonly refused: number[] = [];
  readonly finish = new Map<number, () => void>();
  readonly abort = new Map<number, () => void>();
  mostActive = 0;

  call(name: number): void {
    const controller = new AbortController();
    this.abort.set(name, () => controller.abort("stop"));
    const operation = () => {
      this.started.push(name);
      this.mostActive = Math.max(this.mostActive, this.policy.active);
      return new Promise<void>((resolve) => this.finish.set(name, resolve));
    };
    this.policy(operation)({ signal: controller.signal }).catch((error: unknown) => {
      if (error !== "stop") this.refused.push(name);
    });
  }
}

type Command = fc.AsyncCommand<Model, Real>;

async function same(model: Model, real: Real): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  const is = [real.policy.active, real.policy.queued, real.started, real.refused];
  const should = [model.running.length, model.waiting.length, model.started, model.refused];
  if (JSON.stringify(is) !== JSON.stringify(should)) {
    throw new Error(`is ${JSON.stringify(is)}, should be ${JSON.stringify(should)}`);
  }
}

class Call implements Command {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const name = model.calls++;
    if (model.running.length < model.max) model.begin(name);
    else if (model.waiting.length < maxQueue) model.waiting.push(name);
    else model.refused.push(name);
    real.call(name);
    await same(model, real);
  }
  toString = () => "call";
}

class Finish implements Command {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = (model: Readonly<Model>) => model.running.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const [name = -1] = model.running.splice(this.pick % model.running.length, 1);
    model.fill();
    real.finish.get(name)?.();
    await same(model, real);
  }
  toString = () => `finish ${this.pick}`;
}

/** Cancels any call: one that waits leaves, one that runs keeps its place. */
class Abort implements Command {
  readonly pick: number;
  constructor(pick: number) {
    this.pick = pick;
  }
  check = (model: Readonly<Model>) => model.calls > 0;
  async run(model: Model, real: Real): Promise<void> {
    const name = this.pick % model.calls;
    model.waiting = model.waiting.filter((waiting) => waiting !== name);
    real.abort.get(name)?.();
    await same(model, real);
  }
  toString = () => `abort ${this.pick}`;
}

class Resize implements Command {
  readonly max: number;
  constructor(max: number) {
    this.max = max;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    model.max = this.max;
    model.fill();
    real.policy.resize(this.max);
    await same(model, real);
  }
  toString = () => `resize to ${this.max}`;
}

function commandsOf(kinds: readonly fc.Arbitrary<Command>[]) {
  return fc.commands([...kinds], { maxCommands: 60 });
}

const withoutResize: readonly fc.Arbitrary<Command>[] = [
  fc.constant(new Call()),
  fc.constant(new Call()),
  fc.nat(20).map((pick) => new Finish(pick)),
  fc.nat(20).map((pick) => new Abort(pick)),
];

describe("a bulkhead", () => {
  test("does what its model does, for any order of calls, ends, aborts and resizes: FIFO, and nobody is lost", async () => {
    const resize = fc.integer({ min: 1, max: 4 }).map((max) => new Resize(max));
    await fc.assert(
      fc.asyncProperty(commandsOf([...withoutResize, resize]), (all) =>
        fc.asyncModelRun(() => ({ model: new Model(), real: new Real() }), all),
      ),
      { numRuns: 300 },
    );
  });

  test("never runs more than it may, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(commandsOf(withoutResize), async (all) => {
        const real = new Real();
        await fc.asyncModelRun(() => ({ model: new Model(), real }), all);
        if (real.mostActive > 2) throw new Error(`${real.mostActive} ran at once`);
      }),
      { numRuns: 200 },
    );
  });
});
