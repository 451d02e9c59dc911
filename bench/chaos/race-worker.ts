import { appendFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";
import {
  type AnyAgent,
  createEngine,
  type Engine,
  type Execution,
  isOrchestr8Error,
  openSqliteJournal,
} from "orchestr8";
import { call, child, literal, read, workflow } from "./shape.ts";

/** As JSON in its first argument. */
export interface Racer {
  readonly path: string;
  readonly effects: string;
  /** Leaves so many executions to others, and ends. Otherwise it does what it is told on stdin. */
  readonly leaves?: { readonly count: number; readonly kind: RaceKind };
}

/** A `family` is an execution with two children. */
export type RaceKind = "single" | "family";

/** One a line. All but the last are done at the very moment `at`, in milliseconds since the epoch. */
export type Order =
  | { readonly kind: "resume"; readonly at: number; readonly executionId: string }
  | { readonly kind: "recover"; readonly at: number }
  | { readonly kind: "start"; readonly at: number; readonly key: string }
  /** Waits for all that it owns. */
  | { readonly kind: "finish" };

/** What came of an order. */
export interface Answer {
  /** Executions that it got, or that it has brought to their end. */
  readonly owns: readonly string[];
  /** Why it got none, or lost one. */
  readonly codes: readonly string[];
}

const work = workflow("race", [
  call("first", literal(1), { agent: "@chaos/work" }),
  call("second", literal(2), { agent: "@chaos/work", dependencies: ["first"] }),
]);

const items = { kind: "value", value: [1, 2] } as const;
const family = workflow("family", [child("sub", "race", read("item"), { forEach: { items } })]);

async function leave(engine: Engine, { count, kind }: NonNullable<Racer["leaves"]>): Promise<Answer> {
  const owns: string[] = [];
  for (let index = 0; index < count; index++) {
    owns.push((await engine.start(kind === "single" ? work : family)).execution.id);
  }
  if (kind === "family")
    await until(async () => (await engine.journal.list({ children: true, limit: 1_000 })).length === 3 * count);
  await engine.close({ drainMs: 0 });
  return { owns, codes: [] };
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 1));
}

async function obey(engine: Engine, order: Order, owned: Execution[]): Promise<Answer> {
  if (order.kind === "finish") return await finish(owned.splice(0));
  while (Date.now() < order.at);
  try {
    const got = await take(engine, order);
    owned.push(...got);
    return { owns: got.map(({ id }) => id), codes: [] };
  } catch (error) {
    return { owns: [], codes: [codeOf(error)] };
  }
}

async function take(engine: Engine, order: Exclude<Order, { kind: "finish" }>): Promise<readonly Execution[]> {
  if (order.kind === "resume") return [await engine.resume(order.executionId)];
  if (order.kind === "recover") return await engine.recover();
  const idempotency = { key: order.key, fingerprint: "race" };
  const { execution, isReplay } = await engine.start(work, { idempotency });
  return isReplay ? [] : [execution];
}

async function finish(owned: readonly Execution[]): Promise<Answer> {
  const results = await Promise.allSettled(owned.map(({ result }) => result));
  const owns = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.executionId] : []));
  return { owns, codes: results.flatMap((result) => (result.status === "rejected" ? [codeOf(result.reason)] : [])) };
}

function codeOf(error: unknown): string {
  return isOrchestr8Error(error) ? error.code : String(error);
}

function answer(value: Answer): void {
  writeSync(1, `${JSON.stringify(value)}\n`);
}

async function main({ path, effects, leaves }: Racer): Promise<void> {
  const agent: AnyAgent = {
    id: "@chaos/work",
    version: "1.0.0",
    execute(input, { idempotencyKey }) {
      if (leaves !== undefined) return new Promise(() => undefined);
      appendFileSync(effects, `${idempotencyKey}\n`);
      return input;
    },
  };
  const journal = await openSqliteJournal({ path, durability: "fast" });
  const engine = createEngine({ agents: [agent], workflows: [work], journal });
  const owned: Execution[] = [];
  if (leaves !== undefined) answer(await leave(engine, leaves));
  else {
    for await (const line of createInterface({ input: process.stdin })) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by race.ts
      answer(await obey(engine, JSON.parse(line) as Order, owned));
    }
    await engine.close();
  }
  await journal.close();
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by race.ts
await main(JSON.parse(process.argv[2] ?? "{}") as Racer);
