import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "../../dsl/compile.ts";
import type { AnyAgent } from "../../lib/agents/agent.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import type { Engine } from "../../lib/engine/engine.ts";
import { MemoryJournal } from "../../lib/journal/memory-journal.ts";
import type { LogRecord } from "../../lib/log.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { approval } from "../fixtures/workflows.ts";
import { keepRecovering } from "./keep-recovering.ts";

const lone: AnyAgent = { id: "@test/lone", version: "1.0.0", execute: () => new Promise(() => undefined) };
const needsLone = JSON.stringify({
  version: "1.0.0",
  metadata: { id: "lone", name: "Lone" },
  steps: [{ id: "only", agent: { id: "@test/lone" } }],
});

function machine() {
  const clock = new VirtualClock();
  const first = new MemoryJournal({ clock });
  const second = first.handle();
  const log: LogRecord[] = [];
  const dying = createEngine({ journal: first, clock, agents: [lone] });
  const engine = createEngine({ journal: second, clock });
  const start = async (text: string, origin?: string): Promise<string> => {
    const { execution } = await dying.start(parseWorkflow(text), origin === undefined ? {} : { origin });
    await clock.advance(0);
    return execution.id;
  };
  const recover = (): Disposable => keepRecovering({ engine, clock, log: (record) => log.push(record) });
  return { clock, die: () => first.crash(), log, engine, start, recover };
}

function runs(engine: Engine, id: string): boolean {
  return engine.get(id) !== undefined;
}

describe("keepRecovering()", () => {
  test("goes on with what a process left once its lease is over, and not before", async () => {
    const { clock, die, engine, start, recover } = machine();
    const id = await start(approval);
    using _ = recover();
    await clock.advance(60_000);
    expect(runs(engine, id)).toBe(false);
    die();
    await clock.advance(14_000);
    expect(runs(engine, id)).toBe(false);
    await clock.advance(6_000);
    expect(runs(engine, id)).toBe(true);
    await engine.signal(id, "approve", { by: "Ada" });
    expect(await engine.get(id)?.result).toMatchObject({ status: "completed", output: { by: "Ada" } });
  });

  test("leaves what it has no agents for, and says so once", async () => {
    const { clock, die, log, engine, start, recover } = machine();
    const ofModule = await start(approval, "/work/flow.ts");
    const foreign = await start(needsLone);
    die();
    using _ = recover();
    await clock.advance(60_000);
    expect([runs(engine, ofModule), runs(engine, foreign)]).toEqual([false, false]);
    expect(log.map(({ executionId, data }) => [executionId, data])).toEqual([
      [ofModule, 'it was started from /work/flow.ts; "orchestr8 resume" goes on with it'],
      [foreign, expect.stringContaining('Cannot find agent "@test/lone"')],
    ]);
  });

  test("looks no more when it is disposed", async () => {
    const { clock, die, engine, start, recover } = machine();
    const id = await start(approval);
    recover()[Symbol.dispose]();
    die();
    await clock.advance(60_000);
    expect(runs(engine, id)).toBe(false);
  });
});
