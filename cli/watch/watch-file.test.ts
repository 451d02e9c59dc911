import { describe, expect, test } from "bun:test";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import type { StopSignal } from "../context.ts";
import { FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder, type TestFolder } from "../fixtures/test-folder.ts";
import { watchFile } from "./watch-file.ts";

/** Runs that end when they are told to. */
class FakeRuns {
  readonly stops: StopSignal[] = [];
  started = 0;
  #end: () => void = () => undefined;

  start = () => {
    this.started++;
    const ended = new Promise<void>((resolve) => (this.#end = resolve));
    return {
      ended,
      stop: (signal: StopSignal) => {
        this.stops.push(signal);
        this.#end();
      },
    };
  };

  end(): void {
    this.#end();
  }
}

let edits = 0;
/** Writes a file and gives it a time of its own: two edits of one test may fall into one tick of the file system. */
function edit(folder: TestFolder, name: string, text: string): void {
  folder.write(name, text);
  utimesSync(join(folder.path, name), 1_000_000 + ++edits, 1_000_000 + edits);
}

function begin(folder: TestFolder, columns?: number) {
  const clock = new VirtualClock();
  const context = new FakeContext({ cwd: folder.path, clock, ...(columns !== undefined && { columns }) });
  const runs = new FakeRuns();
  const exit = watchFile("flow.ts", runs.start, context);
  /** File systems answer in real time, so the clock goes on until something is so. */
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await clock.advance(50);
  };
  return { clock, context, runs, exit, until };
}

describe("watchFile()", () => {
  test("runs again when the file or one that it names was changed, and stops what still runs", async () => {
    using folder = createTestFolder();
    edit(folder, "flow.ts", `import "./agent.ts";`);
    edit(folder, "agent.ts", "1");
    const { context, runs, exit, until } = begin(folder);
    await until(() => runs.started === 1);
    runs.end();
    await until(() => context.err.includes("Watching 2 files; Ctrl-C ends\n"));
    edit(folder, "agent.ts", "2");
    await until(() => runs.started === 2);
    expect(runs.stops).toEqual(["SIGTERM"]);
    edit(folder, "flow.ts", "alone");
    await until(() => runs.started === 3);
    runs.end();
    await until(() => context.err.includes("Watching 1 file; "));
    context.send("SIGINT");
    expect(await exit).toBe(130);
    expect(context.isListening).toBe(false);
  });

  test("waits until the files are left alone", async () => {
    using folder = createTestFolder();
    edit(folder, "flow.ts", "0");
    const { clock, context, runs, exit, until } = begin(folder);
    await until(() => runs.started === 1);
    for (let count = 1; count <= 5; count++) {
      edit(folder, "flow.ts", String(count));
      await clock.advance(150);
      // Looking at the disk takes a few turns of the event loop; then the next look is due.
      while (clock.pending === 0) await clock.advance(0);
    }
    expect(runs.started).toBe(1);
    await until(() => runs.started === 2);
    context.send("SIGTERM");
    expect(await exit).toBe(143);
  });

  test("clears a terminal before each run, and leaves Ctrl-C to it, which goes to both processes", async () => {
    using folder = createTestFolder();
    const { context, runs, exit, until } = begin(folder, 80);
    await until(() => runs.started === 1);
    expect(context.err).toBe("\u001B[2J\u001B[3J\u001B[H");
    context.send("SIGINT");
    await until(() => true);
    runs.end();
    expect({ exit: await exit, stops: runs.stops }).toEqual({ exit: 130, stops: [] });
  });
});
