import { type ChildProcess, spawn } from "node:child_process";
import type { Program } from "./program.ts";
import type { Note, Task } from "./worker.ts";

export interface WorkerReport {
  /** What it said to each task, also to those it did not get to. */
  readonly notes: readonly (readonly Note[])[];
  readonly isKilled: boolean;
  /** Set when it ended by itself but not well, or not at all. */
  readonly failure: string | undefined;
}

/** Nothing here takes longer; what does is stuck. */
const patienceMs = 15_000;

/** Has one new process do the tasks, one after the other. `onWord` may do something to it. */
export async function runWorker(
  { command }: Program,
  tasks: readonly Task[],
  onWord?: (child: ChildProcess, words: string) => void,
): Promise<WorkerReport> {
  const [program, ...args] = command;
  const child = spawn(program, [...args, JSON.stringify(tasks)], { stdio: ["ignore", "pipe", "pipe"] });
  const said: Record<"out" | "err", Buffer[]> = { out: [], err: [] };
  let isStuck = false;
  const patience = setTimeout(() => {
    isStuck = true;
    child.kill("SIGKILL");
  }, patienceMs);
  child.stdout.on("data", (chunk: Buffer) => {
    said.out.push(chunk);
    onWord?.(child, chunk.toString());
  });
  child.stderr.on("data", (chunk: Buffer) => said.err.push(chunk));
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (...ending) => resolve(ending));
  });
  clearTimeout(patience);
  const isKilled = signal === "SIGKILL" && !isStuck;
  const how = isStuck ? "it was stuck" : `it ended with ${code ?? signal}: ${Buffer.concat(said.err).toString()}`;
  const notes = notesIn(Buffer.concat(said.out).toString(), tasks.length);
  return { notes, isKilled, failure: isKilled || code === 0 ? undefined : how };
}

function notesIn(out: string, tasks: number): readonly (readonly Note[])[] {
  const notes: Note[][] = Array.from({ length: tasks }, () => []);
  // What follows the last line break was not said to the end.
  for (const line of out.split("\n").slice(0, -1)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by worker.ts
    const { task, ...note } = JSON.parse(line) as Note & { readonly task: number };
    notes[task]?.push(note);
  }
  return notes;
}
