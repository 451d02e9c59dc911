import { describe, expect, test } from "bun:test";
import { createEngine } from "../../lib/engine/create-engine.ts";
import type { BusEntry } from "../../lib/engine/event-bus.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createServer } from "../../server/app.ts";
import type { ServerLimits } from "../../server/limits.ts";
import { type Client, createClient } from "../../server/client/client.ts";
import { approval, hello } from "../fixtures/workflows.ts";
import { RemoteExecution } from "./remote-execution.ts";

/** A server that is there and lost at will. */
function serverWith(limits: ServerLimits = {}) {
  const clock = new VirtualClock();
  const server = createServer({ engine: createEngine(), token: false, limits });
  let isLost = false;
  let recoveries = 0;
  const client: Client = createClient({
    fetch: async (request) => {
      if (isLost) throw Object.assign(new Error("lost"), { code: "ECONNREFUSED" });
      return await server.fetch(request);
    },
  });
  const published: BusEntry[] = [];
  const notes: string[] = [];
  const remote = async (source: string, state?: "lost"): Promise<RemoteExecution> => {
    const { executionId } = await client.start({ source });
    const view = await client.execution(executionId);
    isLost = state === "lost";
    return new RemoteExecution(view, {
      connection: {
        server: { client },
        call: (make) => make(client),
        recover: async () => {
          recoveries++;
          isLost = false;
        },
      },
      clock,
      publish: (entry) => published.push(entry),
      note: (text) => notes.push(text),
    });
  };
  const types = (): readonly string[] => published.map((entry) => ("event" in entry ? entry.event.type : "progress"));
  const lose = (): void => void (isLost = true);
  const find = (): void => void (isLost = false);
  return { clock, client, remote, types, notes, lose, find, recoveries: () => recoveries };
}

describe("RemoteExecution", () => {
  test("tells all that happened once, from the beginning to the end", async () => {
    const { remote, types } = serverWith();
    const execution = await remote(hello);
    expect(await execution.result).toMatchObject({ status: "completed", output: { hi: { result: "Hi" } } });
    expect([types()[0], types().at(-1)]).toEqual(["execution.created", "execution.completed"]);
    expect(execution.view()).toMatchObject({ status: "completed" });
  });

  test("waits for its turn where a server has as many readers as it takes", async () => {
    const { clock, client, remote } = serverWith({ maxStreams: 1 });
    const { executionId } = await client.start({ source: approval });
    const reader = client.watch(executionId);
    await reader.next();
    const execution = await remote(hello);
    let ended = false;
    void execution.result.then(() => (ended = true));
    for (let count = 0; count < 5; count++) await clock.advance(1_000);
    expect(ended).toBe(false);
    await reader.return();
    const isOver = (): boolean => ended;
    while (!isOver()) await clock.advance(1_000);
    expect(await execution.result).toMatchObject({ status: "completed" });
  });

  test("goes on with a server that was lost", async () => {
    const { remote, recoveries } = serverWith();
    const execution = await remote(hello, "lost");
    expect(await execution.result).toMatchObject({ status: "completed" });
    expect(recoveries()).toBe(1);
  });

  test("says when a request to cancel is lost, and takes another", async () => {
    const { clock, remote, types, notes, lose, find } = serverWith();
    const execution = await remote(approval);
    while (!types().includes("wait.started")) await clock.advance(0);
    lose();
    execution.cancel("enough");
    while (notes.length === 0) await clock.advance(0);
    expect(notes).toEqual(["Cannot cancel the execution: lost"]);
    find();
    execution.cancel("enough");
    expect(await execution.result).toMatchObject({ status: "cancelled", reason: "enough" });
  });
});
