import { writeSync } from "node:fs";
import { type AnyAgent, createEngine, type Engine, isOrchestr8Error, openSqliteJournal } from "orchestr8";
import { call, literal, workflow } from "./shape.ts";

/** As JSON in its first argument. */
export interface DiskTask {
  readonly path: string;
  /** `fill` runs executions until the journal refuses; `recover` goes on with what was left. */
  readonly mode: "fill" | "recover";
}

/** One a line. */
export type DiskNote =
  | { readonly type: "completed"; readonly executionId: string }
  | { readonly type: "refused"; readonly code: string; readonly message: string };

const large = workflow("large", [
  call("first", literal(1), { agent: "@chaos/large" }),
  call("second", literal(2), { agent: "@chaos/large", dependencies: ["first"] }),
]);

/** Of a size that fills a small disk soon, and never the same, or it would be stored once. */
const agent: AnyAgent = {
  id: "@chaos/large",
  version: "1.0.0",
  execute: (input, { idempotencyKey }) => `${String(input)} ${idempotencyKey} `.repeat(400),
};

async function fill(engine: Engine): Promise<void> {
  for (;;) {
    const { execution } = await engine.start(large);
    await execution.result;
    say({ type: "completed", executionId: execution.id });
  }
}

async function recover(engine: Engine): Promise<void> {
  for (const execution of await engine.recover()) {
    await execution.result;
    say({ type: "completed", executionId: execution.id });
  }
}

function say(note: DiskNote): void {
  writeSync(1, `${JSON.stringify(note)}\n`);
}

async function main({ path, mode }: DiskTask): Promise<void> {
  try {
    const journal = await openSqliteJournal({ path });
    const engine = createEngine({ agents: [agent], journal });
    await (mode === "fill" ? fill(engine) : recover(engine));
    await engine.close();
    await journal.close();
  } catch (error) {
    if (!isOrchestr8Error(error)) throw error;
    say({ type: "refused", code: error.code, message: error.message });
  }
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by who starts it
await main(JSON.parse(process.argv[2] ?? "{}") as DiskTask);
