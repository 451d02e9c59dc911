import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Batch, type ExecutionEvent, type JournalEntry, type NewExecution, openSqliteJournal } from "orchestr8";

/**
 * What a journal costs beside a bare loop over SQLite that commits as many batches at once: 100 executions of three steps
 * go on together, each waiting for its own commits. `bun bench/journal.bun.ts`, with what must be kept: `full` or `fast`.
 */
const together = 100;
const rounds = 30;
const durability = process.argv[2] === "fast" ? "fast" : "full";

const workflow: NewExecution["workflow"] = {
  kind: "workflow",
  version: "1.0.0",
  metadata: { id: "bench", name: "Bench" },
  variables: {},
  steps: [],
  policies: {},
};

function begin(stepId: string): ExecutionEvent[] {
  return [
    { type: "step.ready", stepId },
    { type: "step.started", stepId, input: { url: `https://example.com/${stepId}`, retries: 3 } },
    { type: "attempt.started", stepId, attempt: 1 },
  ];
}

function complete(stepId: string): ExecutionEvent {
  const output = { status: 200, body: "The quick brown fox jumps over the lazy dog", items: [1, 2, 3] };
  return { type: "step.completed", stepId, output, attempts: 1, durationMs: 12.5 };
}

/** What one execution has recorded together, in order. */
const script: readonly (readonly ExecutionEvent[])[] = [
  [
    {
      type: "execution.created",
      workflowId: "bench",
      workflowVersion: "1.0.0",
      workflowHash: "hash",
      input: { name: "Ada" },
      correlationId: "c",
      createdAt: 1_000,
      seed: "s",
    },
  ],
  [{ type: "execution.started" }, ...begin("a")],
  [complete("a"), ...begin("b")],
  [complete("b"), ...begin("c")],
  [complete("c"), { type: "execution.completed" }],
];

/** The entries of each batch. */
function entriesOf(executionId: string): JournalEntry[][] {
  let sequence = 0;
  return script.map((events) =>
    events.map((event) => ({ executionId, sequence: ++sequence, elapsedMs: sequence * 1.5, event })),
  );
}

type Record = (executionId: string) => Promise<void>;

async function withJournal(path: string, body: (record: Record) => Promise<void>): Promise<void> {
  await using journal = await openSqliteJournal({ path, durability });
  await body(async (executionId) => {
    for (const [index, entries] of entriesOf(executionId).entries()) {
      const execution = { executionId, entries, shown: entries, ...statusAfter(index) };
      if (index === 0) await journal.create({ ...execution, workflow, workflowHash: "hash" });
      else await journal.append({ ...execution, fence: 1, consumed: [] });
    }
  });
}

function statusAfter(index: number): Pick<Batch, "status" | "wakeAt"> {
  return { status: index === script.length - 1 ? "completed" : "running", wakeAt: undefined };
}

/** One row and one JSON text a batch, and one commit for all batches of a turn of the event loop. */
async function withBareLoop(path: string, body: (record: Record) => Promise<void>): Promise<void> {
  const database = new Database(path, { create: true });
  database.run("PRAGMA journal_mode = WAL");
  database.run(`PRAGMA synchronous = ${durability === "full" ? "FULL" : "NORMAL"}`);
  database.run(
    "CREATE TABLE events (execution TEXT, sequence INTEGER, entries TEXT, PRIMARY KEY (execution, sequence))",
  );
  const insert = database.prepare("INSERT INTO events VALUES (?, ?, ?)");
  let waiting: { readonly entries: readonly JournalEntry[]; readonly resolve: () => void }[] = [];
  const flush = (): void => {
    const group = waiting;
    waiting = [];
    database.run("BEGIN IMMEDIATE");
    for (const { entries } of group) {
      insert.run(entries[0]?.executionId ?? "", entries[0]?.sequence ?? 0, JSON.stringify(entries));
    }
    database.run("COMMIT");
    for (const { resolve } of group) resolve();
  };
  const append = (entries: readonly JournalEntry[]): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ entries, resolve });
      if (waiting.length === 1) setImmediate(flush);
    });
  await body(async (executionId) => {
    for (const entries of entriesOf(executionId)) await append(entries);
  });
  database.close();
}

/** Batches a second, the median of all rounds but the first ones. */
async function rate(withRecorder: typeof withJournal): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "o8-bench-"));
  const times: number[] = [];
  await withRecorder(join(folder, "journal.db"), async (record) => {
    for (let round = 0; round < rounds; round++) {
      const start = performance.now();
      await Promise.all(Array.from({ length: together }, (_, index) => record(`execution-${round}-${index}`)));
      times.push(performance.now() - start);
    }
  });
  rmSync(folder, { recursive: true, force: true });
  const sorted = times.slice(5).toSorted((left, right) => left - right);
  return (together * script.length * 1_000) / (sorted[Math.floor(sorted.length / 2)] ?? Infinity);
}

// One after the other, several times, so that both have the same neighbours on the machine.
const figures = { journal: 0, bare: 0 };
for (let turn = 0; turn < 3; turn++) {
  figures.journal = Math.max(figures.journal, await rate(withJournal));
  figures.bare = Math.max(figures.bare, await rate(withBareLoop));
}
const share = Math.round((figures.journal / figures.bare) * 100);
console.log(`durability ${durability}, ${together} executions at once, ${script.length} batches each`);
console.log(`bare loop   ${Math.round(figures.bare).toLocaleString("en")} batches/s`);
console.log(`journal     ${Math.round(figures.journal).toLocaleString("en")} batches/s, ${share} % of it`);
