import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { defectsAtEnd } from "./defects.ts";
import type { Program } from "./program.ts";
import { runWorker } from "./run-worker.ts";
import { shapeNames } from "./shapes.ts";
import { readStored } from "./stored.bun.ts";
import { Trial } from "./trial.ts";
import { Workshop } from "./workshop.ts";

export interface StallCount {
  readonly stalls: number;
  /** Owners that woke up, and were told that they are owners no more. */
  fenced: number;
  readonly defects: string[];
}

const leaseMs = 500;
const stallMs = 3_000;

/** Stops owners for longer than their lease lasts. Another process takes over; the one that wakes up must do no harm. */
export async function stallOwners(programs: readonly Program[], stalls: number): Promise<StallCount> {
  using workshop = await Workshop.open();
  const count: StallCount = { stalls, fenced: 0, defects: [] };
  for (let index = 0; index < stalls; index++) {
    const [owner, heir] = [programs[index % programs.length], programs[(index + 1) % programs.length]];
    const shape = shapeNames[index % shapeNames.length] ?? "sequence";
    const trial = new Trial(shape, join(workshop.folder, String(index)), workshop.empty);
    if (owner !== undefined && heir !== undefined) await stall(trial, owner, heir, count);
  }
  return count;
}

async function stall(trial: Trial, owner: Program, heir: Program, count: StallCount): Promise<void> {
  const stopped = runWorker(owner, [{ ...trial.next(), leaseMs }], (child, words) => {
    if (!words.includes('"started"')) return;
    setTimeout(() => child.kill("SIGSTOP"), Math.random() * 10);
    setTimeout(() => child.kill("SIGCONT"), stallMs);
  });
  await sleep((2 * stallMs) / 3);
  // Asks for the same execution under the same key, as its caller would.
  const heirs = await runWorker(heir, [{ ...trial.next(), leaseMs }]);
  const owners = await stopped;
  const notes = [owners, heirs].flatMap((report) => report.notes[0] ?? []);
  trial.hear(notes);
  if (notes.some((note) => note.type === "lost" && note.code === "LEASE_LOST")) count.fenced++;
  const failures = [owners.failure, heirs.failure].filter((failure) => failure !== undefined);
  const defects = [...failures, ...defectsAtEnd(trial, readStored(trial.path), undefined)];
  count.defects.push(...defects.map((defect) => `${trial.shape} of ${owner.runtime}, stalled: ${defect}`));
}
