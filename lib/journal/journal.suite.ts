import { deepEqual, equal, rejects } from "node:assert/strict";
import { batch, completed, created, entriesOf, newExecution, start, workflow } from "./fixtures/recording.ts";
import type { Batch, Creation, Journal, NewExecution, ListQuery } from "./journal.ts";

/** Some executions, and as many owners of them as a case asks for. */
export interface JournalBed {
  open(): Promise<Journal>;
  /** Lets the owner fall silent, and time go on until others may take over from it. */
  crash(journal: Journal): Promise<void>;
  /** Lets a crashed owner be heard again, as a process that was only stopped. */
  revive(journal: Journal): Promise<void>;
  /** Lets time go on for every owner that has not crashed. */
  advance(ms: number): Promise<void>;
}

/** What every journal must do. Runs under any test runner, and under none. */
export interface JournalCase {
  readonly name: string;
  readonly run: (bed: JournalBed) => Promise<void>;
}

const cases: JournalCase[] = [];

function that(name: string, run: (bed: JournalBed) => Promise<void>): void {
  cases.push({ name, run });
}

/** Whether it throws or rejects is the journal's own business. */
async function append(journal: Journal, one: Batch): Promise<void> {
  await journal.append(one);
}

async function create(journal: Journal, execution: NewExecution): Promise<Creation> {
  return journal.create(execution);
}

const long = { text: "x".repeat(20_000) };

that("reads back what was recorded, by page", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  const later = batch("e1", 1, [{ type: "execution.started" }, completed("a", 1), completed("b", 2)]);
  await append(journal, later);
  await start(journal, "e2");
  deepEqual(await journal.read("e1"), [...entriesOf("e1", 0, [created()]), ...later.entries]);
  deepEqual(await journal.read("e1", { after: 1, limit: 2 }), later.entries.slice(0, 2));
  deepEqual(await journal.read("e1", { after: 3 }), later.entries.slice(2));
  deepEqual(await journal.read("e1", { after: 4 }), []);
  deepEqual(await journal.read("nobody"), []);
});

that("lists the children of an execution, and what nobody alive runs", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  const parent = { executionId: "e1", stepId: "a" };
  await journal.create(newExecution("c1", {}, created({ parent })));
  const idsOf = async (query: ListQuery): Promise<readonly string[]> =>
    (await journal.list({ children: true, ...query })).map(({ executionId }) => executionId).toSorted();
  deepEqual(await idsOf({ parentId: "e1" }), ["c1"]);
  deepEqual(await idsOf({ isOwned: true }), ["c1", "e1"]);
  await journal.release("c1");
  deepEqual(await idsOf({ isOwned: false }), ["c1"]);
  deepEqual(await idsOf({ isOwned: true }), ["e1"]);
});

that("records an execution that waits, or has ended, with its first entries", async (bed) => {
  const journal = await bed.open();
  await journal.create(newExecution("waits", { status: "waiting", wakeAt: 9_000 }));
  const entries = entriesOf("ends", 0, [created(), { type: "execution.completed" }]);
  await journal.create(newExecution("ends", { entries, shown: entries, status: "completed" }));
  const stand = (await journal.list()).map(({ executionId, status, wakeAt }) => [executionId, status, wakeAt]);
  deepEqual(stand, [
    ["ends", "completed", undefined],
    ["waits", "waiting", 9_000],
  ]);
  deepEqual(await journal.send("ends", { kind: "cancel", reason: "too late" }), false);
});

that("keeps the order of batches that nobody waited for", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  const events = Array.from({ length: 20 }, (_, index) => completed(`s${index}`, index));
  await Promise.all(events.map((event, index) => journal.append(batch("e1", index + 1, [event]))));
  deepEqual(await journal.read("e1", { after: 1 }), entriesOf("e1", 1, events));
});

that("shows what is redacted and capped, and loads what is whole", async (bed) => {
  const journal = await bed.open();
  const secret = entriesOf("e1", 0, [created({ input: { key: "secret" } })]);
  const hidden = entriesOf("e1", 0, [created({ input: { key: "[redacted]" } })]);
  await create(journal, newExecution("e1", { entries: secret, shown: hidden, origin: "/flows/a.ts" }));
  const whole = batch("e1", 1, [completed("a", long), { type: "signal.received", name: "go", payload: long }]);
  await append(journal, whole);
  const shown = await journal.read("e1");
  deepEqual(shown[0], hidden[0]);
  const cut = `${`{"text":"${"x".repeat(8_192)}`.slice(0, 8_192)}[truncated]`;
  deepEqual(shown[1]?.event, completed("a", cut));
  deepEqual(shown[2]?.event, { type: "signal.received", name: "go", payload: cut });
  deepEqual(await journal.load("e1"), {
    executionId: "e1",
    workflow: workflow(),
    origin: "/flows/a.ts",
    entries: [...secret, ...whole.entries],
  });
  equal(await journal.load("nobody"), undefined);
});

that("loads every kind of completion with its value whole", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  const counts = { attempts: 1, durationMs: 1 };
  const value = (label: string) => ({ label, ...long });
  const whole = batch("e1", 1, [
    { type: "item.completed", stepId: "each", item: 0, output: value("item"), ...counts },
    { type: "iteration.completed", stepId: "each", item: 1, iteration: 1, delayMs: 0, output: value("1/1"), ...counts },
    { type: "iteration.completed", stepId: "poll", iteration: 1, delayMs: 0, output: value("poll"), ...counts },
    { type: "compensation.completed", stepId: "each", output: value("undone"), ...counts },
    completed("each", [value("a"), value("b")]),
    completed("plan-b", value("plan-b")),
    { type: "step.recovered", stepId: "plan-a", fallbackStepId: "plan-b", output: value("plan-b") },
    { type: "step.recovered", stepId: "plan-0", fallbackStepId: "plan-a", output: value("plan-b") },
  ]);
  await append(journal, { ...whole, shown: whole.entries.map(redacted) });
  deepEqual((await journal.load("e1"))?.entries.slice(1), whole.entries);
});

function redacted(one: Batch["entries"][number]): Batch["entries"][number] {
  return "output" in one.event ? { ...one, event: { ...one.event, output: "[redacted]" } } : one;
}

that("refuses a result that is recorded already, and the whole batch with it", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  await append(journal, batch("e1", 1, [completed("a", 1)]));
  const twice = batch("e1", 2, [completed("b", 1), completed("a", 2)], { status: "waiting", wakeAt: 5 });
  await rejects(append(journal, twice), { code: "CHECKPOINT_EXISTS" });
  equal((await journal.read("e1")).length, 2);
  const [summary] = await journal.list();
  deepEqual([summary?.status, summary?.wakeAt, summary?.sequence], ["running", undefined, 2]);
  await append(journal, batch("e1", 2, [completed("b", 1)]));
  await rejects(append(journal, batch("e1", 3, [completed("c", 1), completed("c", 1)])), { code: "CHECKPOINT_EXISTS" });
  equal((await journal.read("e1")).length, 3);
});

that("refuses entries that leave a gap or come again", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  await rejects(append(journal, batch("e1", 2, [completed("a", 1)])), RangeError);
  await rejects(append(journal, batch("e1", 0, [completed("a", 1)])), RangeError);
  equal((await journal.read("e1")).length, 1);
});

that("records nothing after the end", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  await append(journal, batch("e1", 1, [{ type: "execution.completed", output: 7 }], { status: "completed" }));
  await rejects(append(journal, batch("e1", 2, [{ type: "execution.started" }])), RangeError);
  deepEqual((await journal.load("e1"))?.entries.at(-1)?.event, { type: "execution.completed", output: 7 });
  deepEqual(await journal.claim({}), []);
});

that("refuses a second execution with the same id", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  await rejects(create(journal, newExecution("e1")), RangeError);
  equal((await journal.read("e1")).length, 1);
});

that("gives the execution that holds an idempotency key, to every owner", async (bed) => {
  const [one, other] = [await bed.open(), await bed.open()];
  const idempotency = { key: "k", fingerprint: "f", ttlMs: 60_000 };
  await start(one, "e1", { idempotency });
  deepEqual(await create(other, newExecution("e2", { idempotency })), { isNew: false, executionId: "e1" });
  equal(await one.load("e2"), undefined);
  const reused = newExecution("e3", { idempotency: { ...idempotency, fingerprint: "another" } });
  await rejects(create(one, reused), { code: "IDEMPOTENCY_KEY_REUSED" });
  equal(await one.load("e3"), undefined);
});

that("forgets an idempotency key after its time, and with its execution", async (bed) => {
  const journal = await bed.open();
  const idempotency = { key: "k", fingerprint: "f", ttlMs: 60_000 };
  await start(journal, "e1", { idempotency });
  await bed.advance(59_999);
  equal((await create(journal, newExecution("e2", { idempotency }))).isNew, false);
  await bed.advance(1);
  await start(journal, "e2", { idempotency });
  await journal.forget("e2");
  await start(journal, "e3", { idempotency });
});

that("starts one execution for requests that come at once under one key", async (bed) => {
  const journal = await bed.open();
  const idempotency = { key: "k", fingerprint: "f", ttlMs: 60_000 };
  const ids = Array.from({ length: 10 }, (_, index) => `e${index}`);
  const creations = await Promise.all(ids.map((id) => journal.create(newExecution(id, { idempotency }))));
  deepEqual(
    creations.map(({ isNew }) => isNew),
    ids.map((id) => id === "e0"),
  );
  equal((await journal.list()).length, 1);
});

that("lists how executions stand, the newest first", async (bed) => {
  const journal = await bed.open();
  const parent = { executionId: "e1", stepId: "a" };
  await create(journal, newExecution("e1", { origin: "/a.ts" }, created({ createdAt: 1_000 })));
  await create(
    journal,
    newExecution("e2", { workflow: workflow("v"), workflowHash: "hash-v" }, created({ createdAt: 2_000 })),
  );
  await create(journal, newExecution("f3", {}, created({ createdAt: 2_000 })));
  await create(journal, newExecution("e4", {}, created({ createdAt: 3_000, parent })));
  await append(journal, batch("e1", 1, [{ type: "execution.started" }], { status: "waiting", wakeAt: 9_000 }));
  const ids = async (...query: Parameters<Journal["list"]>) =>
    (await journal.list(...query)).map(({ executionId }) => executionId);
  deepEqual(await ids(), ["f3", "e2", "e1"]);
  deepEqual(await ids({ children: true }), ["e4", "f3", "e2", "e1"]);
  deepEqual(await ids({ limit: 1 }), ["f3"]);
  deepEqual(await ids({ limit: Infinity, children: true }), ["e4", "f3", "e2", "e1"]);
  deepEqual(await ids({ status: ["waiting", "failed"] }), ["e1"]);
  deepEqual(await ids({ status: [] }), []);
  deepEqual(await ids({ workflowId: "v" }), ["e2"]);
  deepEqual(await ids({ idPrefix: "e" }), ["e2", "e1"]);
  deepEqual(await ids({ idPrefix: "%" }), []);
  deepEqual(await ids({ createdBefore: 2_000 }), ["e1"]);
  deepEqual(await ids({ createdSince: 2_000 }), ["f3", "e2"]);
  deepEqual(await ids({ text: "E" }), ["f3", "e2", "e1"]);
  deepEqual(await ids({ text: "THE V" }), ["e2"]);
  deepEqual(await ids({ text: "%" }), []);
  deepEqual(await ids({ after: { executionId: "f3", createdAt: 2_000 } }), ["e2", "e1"]);
  deepEqual(await ids({ after: { executionId: "f3", createdAt: 2_000 }, limit: 1, text: "e1" }), ["e1"]);
  deepEqual(await ids({ after: { executionId: "forgotten", createdAt: 2_000 } }), ["f3", "e2", "e1"]);
  deepEqual(await ids({ after: { executionId: "forgotten", createdAt: 1_999 } }), ["e1"]);
  const [waiting] = await journal.list({ idPrefix: "e1" });
  deepEqual(waiting, {
    executionId: "e1",
    workflowId: "w",
    workflowName: "The w",
    workflowHash: "hash-w",
    status: "waiting",
    createdAt: 1_000,
    updatedAt: waiting?.updatedAt,
    wakeAt: 9_000,
    origin: "/a.ts",
    parentId: undefined,
    sequence: 2,
    isOwned: true,
  });
  equal((await journal.list({ children: true }))[0]?.parentId, "e1");
});

that("lets nobody take over from an owner that is alive, however long it takes", async (bed) => {
  const [owner, other] = [await bed.open(), await bed.open()];
  await start(owner, "e1");
  await bed.advance(600_000);
  deepEqual(await other.claim({}), []);
  deepEqual(await owner.claim({}), []);
  deepEqual(
    (await other.list()).map(({ isOwned }) => isOwned),
    [true],
  );
});

that("lets one other take over from an owner that fell silent, and refuses what that one still writes", async (bed) => {
  const [silent, second, third] = [await bed.open(), await bed.open(), await bed.open()];
  await start(silent, "e1");
  await start(silent, "e2");
  await bed.crash(silent);
  deepEqual(
    (await second.list()).map(({ isOwned }) => isOwned),
    [false, false],
  );
  const claims = await Promise.all([second.claim({}), third.claim({})]);
  deepEqual(
    claims.flat().map(({ executionId, fence }) => [executionId, fence]),
    [
      ["e1", 2],
      ["e2", 2],
    ],
  );
  await rejects(append(silent, batch("e1", 1, [completed("a", 1)])), { code: "LEASE_LOST" });
  const owner = claims[0].length > 0 ? second : third;
  await append(owner, batch("e1", 1, [completed("a", 2)], { fence: 2 }));
  await rejects(append(silent, batch("e1", 2, [completed("b", 1)], { fence: 2 })), { code: "LEASE_LOST" });
  deepEqual((await second.read("e1")).at(-1)?.event, completed("a", 2));
  await append(owner, batch("e1", 2, [{ type: "execution.completed" }], { fence: 2, status: "completed" }));
  await rejects(append(silent, batch("e1", 2, [completed("b", 1)])), { code: "LEASE_LOST" });
});

that("tells an owner that was silent for too long that others may have taken over", async (bed) => {
  const [silent, other] = [await bed.open(), await bed.open()];
  await start(silent, "e1");
  await start(silent, "e2");
  let lapses = 0;
  const watches = [silent, silent].map((journal) =>
    journal.watch(
      () => undefined,
      () => lapses++,
    ),
  );
  watches[0]?.[Symbol.dispose]();
  await bed.advance(60_000);
  equal(lapses, 0);
  await bed.crash(silent);
  await other.claim({ executionId: "e1" });
  await bed.revive(silent);
  equal(lapses, 1);
  // Nothing to record is how to ask.
  await rejects(append(silent, batch("e1", 1, [])), { code: "LEASE_LOST" });
  await append(silent, batch("e2", 1, []));
  await append(other, batch("e1", 1, [], { fence: 2 }));
  deepEqual(await other.claim({}), []);
});

that("claims one execution, or the oldest ones", async (bed) => {
  const [silent, next] = [await bed.open(), await bed.open()];
  for (const [index, id] of ["e1", "e2", "e3", "e4"].entries()) {
    await create(silent, newExecution(id, {}, created({ createdAt: 5_000 - index })));
  }
  await bed.crash(silent);
  deepEqual(await next.claim({ executionId: "nobody" }), []);
  deepEqual(await next.claim({ executionId: "e2" }), [{ executionId: "e2", fence: 2 }]);
  deepEqual(
    (await next.claim({ limit: 2 })).map(({ executionId }) => executionId),
    ["e4", "e3"],
  );
  deepEqual(
    (await next.claim({})).map(({ executionId }) => executionId),
    ["e1"],
  );
});

that("lets anybody claim what was released, and refuses what its owner still writes", async (bed) => {
  const [owner, other] = [await bed.open(), await bed.open()];
  await start(owner, "e1");
  await other.release("e1");
  deepEqual(await other.claim({}), []);
  await owner.release("e1");
  await owner.release("nobody");
  await rejects(append(owner, batch("e1", 1, [completed("a", 1)])), { code: "LEASE_LOST" });
  deepEqual(await other.claim({}), [{ executionId: "e1", fence: 2 }]);
  await other.release("e1");
  deepEqual(await owner.claim({}), [{ executionId: "e1", fence: 3 }]);
});

that("gives up everything on close", async (bed) => {
  const [owner, other] = [await bed.open(), await bed.open()];
  await start(owner, "e1");
  await owner.close();
  deepEqual(await other.claim({}), [{ executionId: "e1", fence: 2 }]);
});

that("refuses a write of an execution that nobody knows", async (bed) => {
  const journal = await bed.open();
  await rejects(append(journal, batch("nobody", 0, [created()])), { code: "LEASE_LOST" });
});

that("brings messages to the owner until a batch consumes them", async (bed) => {
  const [owner, other] = [await bed.open(), await bed.open()];
  await start(owner, "e1");
  await start(other, "e2");
  const signal = { kind: "signal", name: "go", payload: { n: 1 }, id: "m1" } as const;
  equal(await other.send("e1", signal), true);
  equal(await other.send("e1", signal), true);
  equal(await owner.send("e1", { kind: "cancel", reason: "enough" }), true);
  equal(await owner.send("e2", { kind: "signal", name: "go", payload: null }), true);
  equal(await owner.send("nobody", signal), false);
  const inbox = await owner.inbox();
  deepEqual(
    inbox.map(({ executionId, message }) => [executionId, message]),
    [
      ["e1", signal],
      ["e1", { kind: "cancel", reason: "enough" }],
    ],
  );
  deepEqual(
    (await other.inbox()).map(({ executionId }) => executionId),
    ["e2"],
  );
  const [first] = inbox;
  await append(
    owner,
    batch("e1", 1, [{ type: "signal.received", name: "go", payload: { n: 1 } }], {
      consumed: [first?.deliveryId ?? 0],
    }),
  );
  equal(await other.send("e1", signal), true);
  deepEqual(await owner.inbox(), inbox.slice(1));
});

that("tells who watches that a message was left, whoever left it, until they look away", async (bed) => {
  const [owner, other] = [await bed.open(), await bed.open()];
  await start(owner, "e1");
  let told = 0;
  const watch = owner.watch(() => told++);
  await bed.advance(200);
  for (const sender of [owner, other]) {
    told = 0;
    await sender.send("e1", { kind: "cancel", reason: "enough" });
    await bed.advance(200);
    equal(told > 0, true);
  }
  watch[Symbol.dispose]();
  told = 0;
  await other.send("e1", { kind: "cancel", reason: "enough" });
  await bed.advance(200);
  equal(told, 0);
});

that("keeps a message that a refused batch answers", async (bed) => {
  const owner = await bed.open();
  await start(owner, "e1");
  await owner.send("e1", { kind: "cancel", reason: "enough" });
  const [first] = await owner.inbox();
  const gap = batch("e1", 7, [completed("a", 1)], { consumed: [first?.deliveryId ?? 0] });
  await rejects(append(owner, gap), RangeError);
  equal((await owner.inbox()).length, 1);
});

that("brings messages to the next owner, and takes none after the end", async (bed) => {
  const [silent, next] = [await bed.open(), await bed.open()];
  await start(silent, "e1");
  await silent.send("e1", { kind: "cancel", reason: "enough" });
  await bed.crash(silent);
  await next.claim({});
  equal((await next.inbox()).length, 1);
  deepEqual(await silent.inbox(), []);
  await append(
    next,
    batch("e1", 1, [{ type: "execution.cancelled", reason: "enough" }], { fence: 2, status: "cancelled" }),
  );
  deepEqual(await next.inbox(), []);
  equal(await silent.send("e1", { kind: "cancel", reason: "again" }), false);
});

that("forgets an execution and all that is kept of it", async (bed) => {
  const journal = await bed.open();
  await start(journal, "e1");
  await append(journal, batch("e1", 1, [completed("a", long)]));
  await journal.send("e1", { kind: "cancel", reason: "enough" });
  await journal.forget("e1");
  await journal.forget("nobody");
  deepEqual([await journal.read("e1"), await journal.list(), await journal.inbox()], [[], [], []]);
  equal(await journal.load("e1"), undefined);
  await start(journal, "e1");
  equal((await journal.read("e1")).length, 1);
});

that("keeps every event but no more than 10 MB of values to show", async (bed) => {
  const [silent, next] = [await bed.open(), await bed.open()];
  await start(silent, "e1", { entries: [], shown: [] });
  const value = "x".repeat(8_190);
  const events = Array.from({ length: 1_290 }, (_, index) => completed(`s${index}`, value));
  await append(silent, batch("e1", 0, events.slice(0, 600)));
  await append(silent, batch("e1", 600, events.slice(600, 1_200)));
  await bed.crash(silent);
  await next.claim({});
  await append(next, batch("e1", 1_200, events.slice(1_200), { fence: 2 }));
  const outputs = (await next.read("e1")).map(({ event }) => event.type === "step.completed" && event.output);
  deepEqual([outputs.indexOf("[truncated]"), outputs.length], [1_280, 1_290]);
  deepEqual((await next.load("e1"))?.entries.at(-1)?.event, completed("s1289", value));
});

/** Each case gets a bed of its own. */
export const journalCases: readonly JournalCase[] = cases;
