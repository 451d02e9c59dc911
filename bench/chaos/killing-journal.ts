import type { Journal } from "orchestr8";

/** When a process is killed: at its `write`-th write, counted from 0. */
export interface KillPoint {
  readonly write: number;
  readonly phase: Phase;
}

/**
 * `before` the journal is told, `after-commit` before the engine hears of it, or `after-ack`, when the engine has done
 * what follows but for its next commit.
 */
export type Phase = (typeof phases)[number];
export const phases = ["before", "after-commit", "after-ack"] as const;

/** A bug that is put in, so that it can be seen to be found: the engine is told of a commit that is still to come. */
export type Plant = "early-ack";

const writes: ReadonlySet<string | symbol> = new Set(["create", "append", "claim", "send", "release", "close"]);

/** The journal, but that this process does not survive one of its writes. */
export function killingJournal(journal: Journal, point: KillPoint | undefined, plant?: Plant): Journal {
  let count = 0;
  return new Proxy(journal, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]): unknown => {
        const phase = writes.has(name) && count++ === point?.write ? point.phase : undefined;
        if (phase === "before") die();
        const given: unknown = Reflect.apply(member, target, args);
        const answer = plant === "early-ack" && name === "append" ? undefined : given;
        return phase === undefined ? answer : dieAfter(answer, phase);
      };
    },
  });
}

async function dieAfter(answer: unknown, phase: Phase): Promise<unknown> {
  const value = await answer;
  if (phase === "after-commit") die();
  setImmediate(die);
  return value;
}

function die(): void {
  process.kill(process.pid, "SIGKILL");
}
