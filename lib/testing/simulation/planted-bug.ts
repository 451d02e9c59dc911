import type { AgentContext, AnyAgent } from "../../agents/agent.ts";
import type { Batch, Creation, Journal, NewExecution, StoredExecution } from "../../journal/journal.ts";
import type { JournalEntry } from "../../engine/events.ts";
import { Draw } from "./draw.ts";
import type { ProcessClock } from "./process-clock.ts";

/**
 * Promises that a journal or a host can break. A simulation that is told to break one must find a violation soon, else it
 * looks at nothing.
 */
export const plantedBugs = [
  "acknowledges-early",
  "forgets-starts",
  "ignores-fences",
  "loses-messages",
  "starts-twice",
  "records-starts-twice",
  "loads-stale",
] as const;
export type PlantedBug = (typeof plantedBugs)[number];

export interface PlantedSite {
  readonly clock: ProcessClock;
  readonly seed: string | number;
  readonly number: number;
  /** The journal and the fence of who owns an execution by now. */
  readonly owners: Map<string, { readonly journal: Journal; readonly fence: number }>;
  sequenceOf(executionId: string): number;
}

/** The journal with the bug in it. */
export function plantInJournal(bug: PlantedBug | undefined, journal: Journal, site: PlantedSite): Journal {
  const draw = new Draw(`${site.seed}/bug/${site.number}`);
  switch (bug) {
    case "acknowledges-early":
      return override(journal, { append: (batch) => appendLater(journal, batch, site, draw) });
    case "forgets-starts":
      return override(journal, {
        create: (execution) => (draw.chance(0.3) ? { isNew: true, fence: 1 } : journal.create(execution)),
      });
    case "ignores-fences":
      return withoutFences(journal, site);
    case "loses-messages":
      return override(journal, {
        send: async (id, message) => (draw.chance(0.3) ? true : await journal.send(id, message)),
      });
    case "records-starts-twice":
      return override(journal, { append: (batch) => journal.append(draw.chance(0.2) ? stutter(batch) : batch) });
    case "loads-stale":
      return override(journal, { load: (id) => loadStale(journal, id, draw) });
    case "starts-twice":
    case undefined:
      return journal;
  }
}

/** The agent as a host with the bug calls it. */
export function plantInAgent(bug: PlantedBug | undefined, agent: AnyAgent, seed: string | number): AnyAgent {
  if (bug !== "starts-twice") return agent;
  const execute = (input: unknown, context: AgentContext, signal: AbortSignal): unknown => {
    if (new Draw(`${seed}/twice/${context.idempotencyKey}`).chance(0.1)) void call(agent, input, context, signal);
    return agent.execute(input, context, signal);
  };
  return { ...agent, execute };
}

async function call(agent: AnyAgent, input: unknown, context: AgentContext, signal: AbortSignal): Promise<void> {
  try {
    await agent.execute(input, context, signal);
  } catch {
    // Nobody waits for the second call.
  }
}

interface Overrides {
  readonly create?: (execution: NewExecution) => Creation | Promise<Creation>;
  readonly append?: (batch: Batch) => void | Promise<void>;
  readonly send?: Journal["send"];
  readonly load?: Journal["load"];
  readonly claim?: Journal["claim"];
}

function override(journal: Journal, overrides: Overrides): Journal {
  return {
    isShared: journal.isShared,
    create: (execution) => journal.create(execution),
    append: (batch) => journal.append(batch),
    read: (executionId, range) => journal.read(executionId, range),
    load: (executionId) => journal.load(executionId),
    list: (query) => journal.list(query),
    claim: (query) => journal.claim(query),
    send: (executionId, message) => journal.send(executionId, message),
    watch: (onMessage, onLapse) => journal.watch(onMessage, onLapse),
    inbox: () => journal.inbox(),
    release: (executionId) => journal.release(executionId),
    forget: (executionId) => journal.forget(executionId),
    close: () => journal.close(),
    ...overrides,
  };
}

/** Says that the batch is kept, and keeps it a little later, in order. */
function appendLater(journal: Journal, batch: Batch, { clock }: PlantedSite, draw: Draw): void | Promise<void> {
  clock.timer(draw.chance(0.5) ? 0 : 20, () => {
    try {
      void journal.append(batch);
    } catch {
      // It was acknowledged already.
    }
  });
}

/** Lets anybody write to any execution, as a table does whose fence nobody checks. */
function withoutFences(journal: Journal, site: PlantedSite): Journal {
  const { owners } = site;
  return override(journal, {
    create: async (execution) => {
      const creation = await journal.create(execution);
      if (creation.isNew) owners.set(execution.executionId, { journal, fence: creation.fence });
      return creation;
    },
    claim: async (query) => {
      const claims = await journal.claim(query);
      for (const { executionId, fence } of claims) owners.set(executionId, { journal, fence });
      return claims;
    },
    append: (batch) => {
      const owner = owners.get(batch.executionId);
      if (owner === undefined || owner.fence === batch.fence) return journal.append(batch);
      const last = site.sequenceOf(batch.executionId);
      const { entries, shown } = batch;
      return owner.journal.append({
        ...batch,
        fence: owner.fence,
        entries: renumber(entries, last),
        shown: renumber(shown, last),
      });
    },
  });
}

function renumber(entries: readonly JournalEntry[], last: number): readonly JournalEntry[] {
  return entries.map((entry, index) => ({ ...entry, sequence: last + 1 + index }));
}

/** As a replica that is behind gives it. */
async function loadStale(journal: Journal, id: string, draw: Draw): Promise<StoredExecution | undefined> {
  const stored = await journal.load(id);
  if (stored === undefined || stored.entries.length < 5 || !draw.chance(0.5)) return stored;
  return { ...stored, entries: stored.entries.slice(0, -2) };
}

function stutter(batch: Batch): Batch {
  return { ...batch, entries: repeatStarts(batch.entries), shown: repeatStarts(batch.shown) };
}

function repeatStarts(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const before = (entries[0]?.sequence ?? 1) - 1;
  return renumber(
    entries.flatMap((entry) => (entry.event.type === "attempt.started" ? [entry, entry] : [entry])),
    before,
  );
}
