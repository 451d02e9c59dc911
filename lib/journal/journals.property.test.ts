import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { ExecutionEvent } from "../engine/events.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { batch, completed, created, newExecution } from "./fixtures/recording.ts";
import { SqliteBed } from "./fixtures/sqlite-bed.ts";
import type { Batch, Journal, RecordedStatus } from "./journal.ts";
import type { JournalBed } from "./journal.suite.ts";
import { MemoryJournal } from "./memory-journal.ts";

/** Two owners of one journal, of which the first one may be replaced. */
interface World {
  readonly bed: JournalBed;
  readonly owners: Journal[];
}

/** Asks the same of any journal. What it answers is compared. */
type Command = (world: World) => Promise<unknown>;

const ids = ["e0", "e1", "e2"] as const;
const id = fc.constantFrom(...ids);
const owner = fc.constantFrom(0, 1);

function ownerOf({ owners }: World, index: number): Journal {
  const journal = owners[index];
  if (journal === undefined) throw new Error("Cannot find an owner");
  return journal;
}

/** The value, or what kind of error it was. */
async function outcome(action: () => unknown): Promise<unknown> {
  try {
    return { value: await action() };
  } catch (error) {
    return { error: error instanceof Error ? error.name : error };
  }
}

const create = fc
  .record({ id, owner, createdAt: fc.nat(3), key: fc.option(fc.nat(1)), fingerprint: fc.constantFrom("f", "g") })
  .map(({ id: executionId, owner: index, createdAt, key, fingerprint }): Command => {
    const idempotency = key === null ? {} : { idempotency: { key: `k${key}`, fingerprint, ttlMs: 10_000 } };
    const execution = newExecution(executionId, idempotency, created({ createdAt }));
    return (world) => outcome(() => ownerOf(world, index).create(execution));
  });

const event: fc.Arbitrary<ExecutionEvent> = fc.oneof(
  fc.nat(3).map((step) => completed(`s${step}`, { step })),
  fc
    .nat(1)
    .map(
      (item) => ({ type: "item.completed", stepId: "each", item, output: item, attempts: 1, durationMs: 1 }) as const,
    ),
  fc.constant({ type: "signal.received", name: "go", payload: [1, 2] } as const),
  fc.constant({ type: "step.ready", stepId: "a" } as const),
);

const statuses: readonly RecordedStatus[] = ["running", "running", "waiting", "cancelling", "completed"];

const append = fc
  .record({
    id,
    owner,
    events: fc.array(event, { maxLength: 3 }),
    fence: fc.integer({ min: 1, max: 3 }),
    skip: fc.constantFrom(0, 0, 0, 0, 1),
    status: fc.constantFrom(...statuses),
    consumes: fc.boolean(),
  })
  .map(({ id: executionId, owner: index, events, fence, skip, status, consumes }): Command => async (world) => {
    const journal = ownerOf(world, index);
    const [summary] = await journal.list({ idPrefix: executionId, children: true });
    const mine = (await journal.inbox()).filter((delivery) => delivery.executionId === executionId);
    const change: Partial<Batch> = {
      fence,
      status,
      wakeAt: status === "waiting" ? 77 : undefined,
      consumed: consumes ? mine.slice(0, 1).map(({ deliveryId }) => deliveryId) : [],
    };
    return outcome(() => journal.append(batch(executionId, (summary?.sequence ?? 0) + skip, events, change)));
  });

const others: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ id, owner, key: fc.option(fc.nat(1)) }).map(({ id: to, owner: index, key }): Command => {
    const named = key === null ? {} : { id: `m${key}` };
    return (world) =>
      outcome(() => ownerOf(world, index).send(to, { kind: "signal", name: "go", payload: key, ...named }));
  }),
  fc
    .record({ owner, limit: fc.integer({ min: 1, max: 3 }), id: fc.option(id) })
    .map(({ owner: index, limit, id: one }): Command => {
      const query = one === null ? { limit } : { executionId: one };
      return (world) => outcome(() => ownerOf(world, index).claim(query));
    }),
  fc.record({ owner, id }).map(
    ({ owner: index, id: one }): Command =>
      (world) =>
        outcome(() => ownerOf(world, index).release(one)),
  ),
  fc.record({ owner, id }).map(
    ({ owner: index, id: one }): Command =>
      (world) =>
        outcome(() => ownerOf(world, index).forget(one)),
  ),
  fc.nat(11_000).map(
    (ms): Command =>
      (world) =>
        world.bed.advance(ms),
  ),
  fc.constant<Command>(async ({ bed, owners }) => {
    const [silent] = owners;
    if (silent !== undefined) await bed.crash(silent);
    owners[0] = await bed.open();
  }),
);

/** Everything that can be asked of a journal, but for what the file alone knows: when it wrote, and its numbers. */
async function answers({ owners }: World): Promise<unknown> {
  return Promise.all(
    owners.map(async (journal) => ({
      list: (await journal.list({ children: true })).map((one) => ({ ...one, updatedAt: 0 })),
      loaded: await Promise.all(ids.map((one) => journal.load(one))),
      read: await Promise.all(ids.map((one) => journal.read(one, { after: 1, limit: 2 }))),
      inbox: (await journal.inbox()).map(({ executionId, message }) => [executionId, message]),
    })),
  );
}

async function play(bed: JournalBed, commands: readonly Command[]): Promise<unknown[]> {
  const world: World = { bed, owners: [await bed.open(), await bed.open()] };
  const seen: unknown[] = [];
  for (const command of commands) seen.push(await command(world), await answers(world));
  return seen;
}

function memoryBed(): JournalBed {
  const clock = new VirtualClock();
  const journal = new MemoryJournal({ clock });
  return {
    open: () => Promise.resolve(journal.handle()),
    crash(silent) {
      if (silent instanceof MemoryJournal) silent.crash();
      return clock.advance(20_000);
    },
    revive(silent) {
      if (silent instanceof MemoryJournal) silent.revive();
      return clock.advance(0);
    },
    advance: (ms) => clock.advance(ms),
  };
}

describe("journals", () => {
  test("give the same answers in memory and in a file, whatever is asked of them", async () => {
    const command = fc.oneof(
      { weight: 2, arbitrary: create },
      { weight: 5, arbitrary: append },
      { weight: 5, arbitrary: others },
    );
    const property = fc.asyncProperty(fc.array(command, { minLength: 10, maxLength: 40 }), async (commands) => {
      await using bed = new SqliteBed();
      expect(await play(bed, commands)).toEqual(await play(memoryBed(), commands));
    });
    await fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 40) });
  }, 60_000);
});
