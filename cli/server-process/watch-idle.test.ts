import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "../../dsl/compile.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createServer } from "../../server/app.ts";
import { approval } from "../fixtures/workflows.ts";
import { watchIdle } from "./watch-idle.ts";

const minute = 60_000;

function idleServer() {
  const clock = new VirtualClock();
  const engine = createEngine({ clock });
  const server = createServer({ engine, clock, token: false });
  let stoppedAt: number | undefined;
  const onIdle = (): void => void (stoppedAt = clock.now());
  const watch = watchIdle({ clock, idleMs: 15 * minute, quietMs: () => server.idleMs(), onIdle });
  const request = (): Promise<Response> => server.fetch(new Request("http://localhost/health"));
  return { clock, engine, watch, request, stoppedAt: () => stoppedAt };
}

describe("watchIdle()", () => {
  test("ends a server that nobody uses for 15 minutes", async () => {
    const { clock, request, stoppedAt } = idleServer();
    await clock.advance(10 * minute);
    await request();
    await clock.advance(14.9 * minute);
    expect(stoppedAt()).toBeUndefined();
    await clock.advance(0.1 * minute);
    expect(stoppedAt()).toBe(25 * minute);
  });

  test("leaves one that has an unfinished execution, however long that waits", async () => {
    const { clock, engine, stoppedAt } = idleServer();
    const { execution } = await engine.start(parseWorkflow(approval));
    await clock.advance(600 * minute);
    expect(stoppedAt()).toBeUndefined();
    await engine.signal(execution.id, "approve", { by: "Ada" });
    await execution.result;
    await clock.advance(14 * minute);
    expect(stoppedAt()).toBeUndefined();
    await clock.advance(2 * minute);
    expect(stoppedAt()).toBeDefined();
  });

  test("looks no more when it is disposed", async () => {
    const { clock, watch, stoppedAt } = idleServer();
    watch[Symbol.dispose]();
    await clock.advance(60 * minute);
    expect(stoppedAt()).toBeUndefined();
  });
});
