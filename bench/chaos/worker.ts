import { writeSync } from "node:fs";
import { createEngine, type Engine, type Execution, isOrchestr8Error, openSqliteJournal } from "orchestr8";
import { agentsWithEffects } from "./effects.ts";
import { type KillPoint, killingJournal, type Plant } from "./killing-journal.ts";
import type { Request } from "./shape.ts";
import { type ShapeName, shapes } from "./shapes.ts";

/** What a worker is to do with one journal. It is given a list of them, as JSON in its first argument. */
export interface Task {
  readonly path: string;
  /** Of the file that agents leave their effects in. */
  readonly effects: string;
  readonly shape: ShapeName;
  readonly kill?: KillPoint | undefined;
  readonly plant?: Plant | undefined;
  readonly leaseMs?: number;
  /** Whether to go on with what earlier processes left. */
  readonly isRecovery: boolean;
  /** The execution, if its start was acknowledged to this caller before. */
  readonly started?: string | undefined;
  /** The requests that were. */
  readonly told: readonly string[];
}

/** What it says on stdout, one JSON document a line, with the number of the task. All but the last are promises kept. */
export type Note =
  | { readonly type: "opened" }
  | { readonly type: "started"; readonly executionId: string }
  | { readonly type: "told"; readonly id: string }
  /** Whoever watches was shown this entry. */
  | { readonly type: "shown"; readonly executionId: string; readonly sequence: number }
  /** Somebody else goes on with it. */
  | { readonly type: "lost"; readonly code: string }
  | {
      readonly type: "ended";
      readonly status: string;
      readonly output?: unknown;
      readonly reason?: string;
      readonly code?: string;
    };

type Say = (note: Note) => void;

/** A caller that was told nothing asks again; one that was told waits for what it was promised. */
async function work(task: Task, say: Say): Promise<void> {
  const shape = shapes[task.shape];
  const open = shape.requests.filter(({ id }) => !task.told.includes(id));
  let execution: Execution | undefined;
  const onEndless = (): void => {
    const request = open.shift();
    if (request?.kind === "cancel" && execution !== undefined) void tell(engine, execution, request, say);
  };
  const { path, kill, plant, leaseMs = 15_000 } = task;
  const journal = killingJournal(await openSqliteJournal({ path, leaseMs, durability: "full" }), kill, plant);
  const engine = createEngine({
    agents: agentsWithEffects(task.effects, onEndless),
    workflows: shape.children,
    journal,
  });
  engine.events.subscribe((entry) => {
    if ("sequence" in entry) say({ type: "shown", executionId: entry.executionId, sequence: entry.sequence });
  });
  say({ type: "opened" });
  if (task.isRecovery) await engine.recover();
  execution = await executionOf(engine, task);
  if (execution !== undefined) {
    say({ type: "started", executionId: execution.id });
    for (const request of open) if (request.kind === "signal") await tell(engine, execution, request, say);
  }
  say(await endOf(engine, execution ?? task.started));
  await engine.close();
  await journal.close();
}

async function executionOf(engine: Engine, { shape, started }: Task): Promise<Execution | undefined> {
  if (started !== undefined) return engine.get(started);
  const idempotency = { key: "chaos", fingerprint: shape };
  return (await engine.start(shapes[shape].workflow, { idempotency })).execution;
}

async function tell(engine: Engine, { id: executionId }: Execution, request: Request, say: Say): Promise<void> {
  const { id } = request;
  if (request.kind === "signal") await engine.signal(executionId, request.name, request.payload, { id });
  else await engine.cancel(executionId, request.reason);
  say({ type: "told", id });
}

async function endOf(engine: Engine, execution: Execution | string | undefined): Promise<Note> {
  const id = typeof execution === "object" ? execution.id : (execution ?? "");
  try {
    if (typeof execution === "object") await execution.result;
  } catch (error) {
    if (!isOrchestr8Error(error)) throw error;
    return { type: "lost", code: error.code };
  }
  const { status = "missing", output, reason, error } = (await engine.view(id)) ?? {};
  return {
    type: "ended",
    status,
    ...(output !== undefined && { output }),
    ...(reason !== undefined && { reason }),
    ...(error !== undefined && { code: error.code }),
  };
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by run-worker.ts
const tasks = JSON.parse(process.argv[2] ?? "[]") as readonly Task[];
for (const [task, todo] of tasks.entries()) {
  // Written at once, so that what was acknowledged is out before the process dies.
  await work(todo, (note) => writeSync(1, `${JSON.stringify({ task, ...note })}\n`));
}
