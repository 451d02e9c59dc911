import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Program, Programs, type Runtime } from "./program.ts";
import { Race } from "./race.ts";
import { readStored, type StoredExecution } from "./stored.bun.ts";

const patienceMs = 120_000;
const programs = new Programs();
const built = new Map<Runtime, Program>();
let folder: string;
const place = () => ({ path: join(folder, "state", "journal.db"), effects: join(folder, "effects") });

beforeAll(() => {
  for (const runtime of ["bun", "node"] as const) built.set(runtime, programs.build("race-worker", runtime));
});
afterAll(() => programs[Symbol.dispose]());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "o8-race-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function race(first: Runtime, second: Runtime): Race {
  const rivals = [built.get(first), built.get(second)] as const;
  if (rivals[0] === undefined || rivals[1] === undefined) throw new Error("Cannot race: the programs are not built");
  return new Race([rivals[0], rivals[1]], place());
}

/** These executions are all, but for their children, and are done. */
function expectDoneOnce(ids: readonly string[]): void {
  const { integrity, executions } = readStored(place().path);
  expect(integrity).toBe("ok");
  const roots = executions.filter(({ parent }) => parent === null).map(({ id }) => id);
  expect(roots.toSorted()).toEqual([...ids].toSorted());
  const isParent = executions.some(({ parent }) => parent !== null);
  expectWorkDoneOnce(isParent ? executions.filter(({ parent }) => parent !== null) : executions);
  expect(executions.filter(({ status }) => status !== "completed")).toEqual([]);
}

/** Each of the two steps has completed once, and each had its effect once. */
function expectWorkDoneOnce(executions: readonly StoredExecution[]): void {
  for (const { status, events } of executions) {
    const completed = events.flatMap((event) => (event.type === "step.completed" ? [event.stepId] : []));
    expect([status, completed, events.filter(({ type }) => type === "execution.completed").length]).toEqual([
      "completed",
      ["first", "second"],
      1,
    ]);
  }
  const effects = readFileSync(place().effects, "utf8").trimEnd().split("\n");
  expect(effects.toSorted()).toEqual(executions.flatMap(({ id }) => [`${id}:first`, `${id}:second`]).toSorted());
}

describe.each([
  ["bun", "bun"],
  ["bun", "node"],
] as const)("two processes, %s and %s, on one journal", (first, second) => {
  test(
    "race 200 times for one execution, and one of them gets it",
    async () => {
      await using rivals = race(first, second);
      const ids = rivals.leave(200);
      const wins = [0, 0];
      for (const executionId of ids) {
        const answers = await rivals.run({ kind: "resume", at: rivals.soon, executionId });
        expect(answers.flatMap(({ owns }) => owns)).toEqual([executionId]);
        // The winner may be done before the other one looks.
        const [code] = answers.flatMap(({ codes }) => codes);
        expect(code).toBeOneOf(["LEASE_LOST", "EXECUTION_NOT_FOUND"]);
        for (const [index, { owns }] of answers.entries()) wins[index] = (wins[index] ?? 0) + owns.length;
      }
      const ended = await rivals.run({ kind: "finish" });
      expect(ended.flatMap(({ codes }) => codes)).toEqual([]);
      process.stdout.write(`races won by ${first} ${wins[0]}, ${second} ${wins[1]}\n`);
      expectDoneOnce(ids);
    },
    patienceMs,
  );

  test(
    "recover what was left at the same time, and share it",
    async () => {
      await using rivals = race(first, second);
      const all: string[] = [];
      for (let round = 0; round < 10; round++) {
        const ids = rivals.leave(20);
        const answers = await rivals.run({ kind: "recover", at: rivals.soon });
        expect(answers.flatMap(({ owns }) => owns).toSorted()).toEqual([...ids].toSorted());
        const ended = await rivals.run({ kind: "finish" });
        expect(ended.flatMap(({ codes }) => codes)).toEqual([]);
        all.push(...ids);
      }
      expectDoneOnce(all);
    },
    patienceMs,
  );

  test(
    "recover parents and children at the same time, whoever gets which",
    async () => {
      await using rivals = race(first, second);
      // Claims come in hundreds, and a family is three, so that some are torn apart.
      const ids = rivals.leave(100, "family");
      const answers = await rivals.run({ kind: "recover", at: rivals.soon });
      process.stdout.write(`families shared as ${answers.map(({ owns }) => owns.length).join(" and ")}\n`);
      const ended = await rivals.run({ kind: "finish" });
      expect(ended.flatMap(({ codes }) => codes)).toEqual([]);
      const got = answers.flatMap(({ owns }) => owns).filter((id) => ids.includes(id));
      expect(got.toSorted()).toEqual([...ids].toSorted());
      expectDoneOnce(ids);
    },
    patienceMs,
  );

  test(
    "start 100 times under one idempotency key, and start one execution",
    async () => {
      await using rivals = race(first, second);
      const ids: string[] = [];
      for (let round = 0; round < 100; round++) {
        const answers = await rivals.run({ kind: "start", at: rivals.soon, key: `key-${round}` });
        const started = answers.flatMap(({ owns }) => owns);
        expect(started).toHaveLength(1);
        ids.push(...started);
      }
      await rivals.run({ kind: "finish" });
      expectDoneOnce(ids);
    },
    patienceMs,
  );
});
