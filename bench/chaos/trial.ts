import { cpSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KillPoint, Plant } from "./killing-journal.ts";
import type { ShapeName } from "./shapes.ts";
import type { Note, Task } from "./worker.ts";

/** One execution on a journal of its own, through all the processes that it outlives, and what its caller heard. */
export class Trial {
  readonly shape: ShapeName;
  readonly folder: string;
  readonly path: string;
  /** What its agents did. */
  readonly effectsPath: string;
  readonly told: string[] = [];
  /** The last entry of each execution that somebody was shown. */
  readonly shown = new Map<string, number>();
  started: string | undefined;
  ending: Extract<Note, { type: "ended" }> | undefined;
  readonly #kills: string[] = [];
  readonly #plant: Plant | undefined;
  #processes = 0;

  /** `empty` is a journal to begin with, since to make one takes longer than all the rest. */
  constructor(shape: ShapeName, folder: string, empty: string, plant?: Plant) {
    this.shape = shape;
    this.#plant = plant;
    this.folder = folder;
    this.path = join(folder, "state", "journal.db");
    this.effectsPath = join(folder, "effects");
    mkdirSync(dirname(this.path), { recursive: true, mode: 0o700 });
    cpSync(empty, this.path);
  }

  /** Where its processes were to be killed, for a report. */
  get plan(): string {
    return this.#kills.join(", then ") || "never";
  }

  /** What the next process is to do. */
  next(kill?: KillPoint): Task {
    const { path, effectsPath: effects, shape, started, told } = this;
    if (kill !== undefined) this.#kills.push(`${kill.phase} write ${kill.write}`);
    const plant = this.#plant;
    return { path, effects, shape, kill, plant, isRecovery: this.#processes++ > 0, started, told };
  }

  hear(notes: readonly Note[]): void {
    for (const note of notes) {
      if (note.type === "started") this.started = note.executionId;
      else if (note.type === "told") this.told.push(note.id);
      else if (note.type === "shown") this.shown.set(note.executionId, note.sequence);
      else if (note.type === "ended") this.ending = note;
    }
  }

  /** The idempotency key of every call of an agent. */
  effects(): readonly string[] {
    if (!existsSync(this.effectsPath)) return [];
    return readFileSync(this.effectsPath, "utf8").trimEnd().split("\n");
  }
}
