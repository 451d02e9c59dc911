import { writeSync } from "node:fs";
import { type AnyAgent, createEngine, type Engine, type Execution, openSqliteJournal } from "orchestr8";
import { type FixtureCase, fixtureCases } from "./fixture-cases.ts";

/** As JSON in its first argument. */
export interface FixtureTask {
  readonly path: string;
  readonly name: string;
  /** `leave` starts the execution, brings it to its state and dies; `resume` goes on with it. */
  readonly mode: "leave" | "resume";
}

/** What it says when it has gone on. */
export interface FixtureReport {
  readonly status: string;
  readonly output?: unknown;
  readonly reason?: string;
  /** Keys under which agents were called, without the id of the execution. */
  readonly calls: readonly string[];
}

function agentsFor(mode: FixtureTask["mode"], calls: string[]): readonly AnyAgent[] {
  const agent = (id: string, isGate: (input: unknown) => boolean): AnyAgent => ({
    id: `@chaos/${id}`,
    version: "1.0.0",
    execute(input, { idempotencyKey }) {
      calls.push(idempotencyKey.slice(idempotencyKey.indexOf(":") + 1));
      return mode === "leave" && isGate(input) ? new Promise(() => undefined) : input;
    },
  });
  return [agent("echo", () => false), agent("gate", () => true), agent("gate-2", (input) => input === 2)];
}

async function leave(engine: Engine, { workflow, cancellation, isThere }: FixtureCase): Promise<void> {
  const { execution } = await engine.start(workflow);
  if (cancellation !== undefined) {
    await until(() => execution.view().steps[cancellation.during]?.status === "running");
    await engine.cancel(execution.id, cancellation.reason);
  }
  await until(async () => isThere(execution.view()) && (await isRecorded(engine, execution)));
  process.kill(process.pid, "SIGKILL");
}

/** Whether it stands in the file as it stands here. */
async function isRecorded({ journal }: Engine, execution: Execution): Promise<boolean> {
  return (await journal.read(execution.id, { after: execution.view().sequence - 1 })).length > 0;
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function resume(engine: Engine, name: string, { signal, ending }: FixtureCase): Promise<void> {
  if ((await engine.view(name))?.status === ending.status) return;
  const execution = await engine.resume(name);
  if (signal !== undefined) await engine.signal(name, signal.name, signal.payload);
  await execution.result;
}

async function main({ path, name, mode }: FixtureTask): Promise<void> {
  const fixture = fixtureCases[name];
  if (fixture === undefined) throw new Error(`Cannot ${mode} fixture "${name}": there is none`);
  const journal = await openSqliteJournal({ path });
  const calls: string[] = [];
  const agents = agentsFor(mode, calls);
  const workflows = fixture.children ?? [];
  const engine = createEngine({ agents, workflows, journal, newId: () => name });
  if (mode === "leave") return await leave(engine, fixture);
  await resume(engine, name, fixture);
  const { status = "missing", output, reason } = (await engine.view(name)) ?? {};
  writeSync(1, JSON.stringify({ status, output, reason, calls }));
  await engine.close();
  await journal.close();
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by who starts it
await main(JSON.parse(process.argv[2] ?? "{}") as FixtureTask);
