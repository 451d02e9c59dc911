import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { crashTable, enumerateCrashes } from "./enumerate.ts";
import { type KillPoint, phases } from "./killing-journal.ts";
import { type Program, Programs, runtimes } from "./program.ts";

const minutes = 60_000;
const programs = new Programs();
let workers: readonly Program[];

beforeAll(() => {
  workers = runtimes.map((runtime) => programs.build("worker", runtime));
});
afterAll(() => programs[Symbol.dispose]());

/** The first points of each shape, 56 on each runtime, each with another point of the recovery. */
const secondKills = (point: number): readonly KillPoint[] => {
  const phase = phases[Math.floor(point / 3) % phases.length] ?? "before";
  return point < 7 ? [{ write: point % 4, phase }] : [];
};

describe("an execution that is killed at any write of its journal", () => {
  test(
    "comes to its right end in another process, also when that is killed in turn",
    async () => {
      const counts = await enumerateCrashes({ programs: workers, secondKills });
      process.stdout.write(`${crashTable(counts)}\n`);
      expect(counts.flatMap(({ defects }) => defects)).toEqual([]);
      for (const { points, recovered, secondPoints, secondRecovered } of counts) {
        expect(points).toBeGreaterThan(10);
        expect([recovered, secondRecovered]).toEqual([points, secondPoints]);
      }
    },
    15 * minutes,
  );

  test(
    "is found to be broken when the journal acknowledges what it has not kept",
    async () => {
      const counts = await enumerateCrashes({
        programs: workers.slice(0, 1),
        shapes: ["sequence"],
        plant: "early-ack",
      });
      expect(counts.flatMap(({ defects }) => defects)).not.toEqual([]);
    },
    minutes,
  );
});
