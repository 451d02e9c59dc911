import { getHeapStatistics } from "node:v8";
import { circuitBreaker, compose, retry, timeout } from "orchestr8/resilience";

/**
 * The process that `bench/memory.ts` watches: many calls under one long-lived signal, whose listeners it counts. Prints
 * one line of JSON and must then exit by itself, long before the 30 s of its timeout are up.
 */
const calls = 300_000;
const atOnce = 100;
const readsSignal = process.argv.includes("--read-signal");

const { signal } = new AbortController();
let listeners = 0;
let mostListeners = 0;
const add = signal.addEventListener.bind(signal);
const remove = signal.removeEventListener.bind(signal);
signal.addEventListener = (...args: Parameters<typeof add>): void => {
  mostListeners = Math.max(mostListeners, ++listeners);
  add(...args);
};
signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
  listeners--;
  remove(...args);
};

let aborted = 0;
const call = compose(
  retry(),
  circuitBreaker(),
  timeout(),
)(async (context) => {
  if (readsSignal && context.signal.aborted) aborted++;
});

async function run(count: number): Promise<void> {
  for (let done = 0; done < count; done += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, () => call({ signal })));
  }
}

function collected(): { readonly rss: number; readonly heap: number } {
  globalThis.gc?.();
  return { rss: process.memoryUsage.rss(), heap: getHeapStatistics().used_heap_size };
}

await run(10_000);
const before = collected();
await run(calls);
const after = collected();
// Two turns of the event loop: after the first, the stack lets go of its timer.
for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setTimeout(resolve, 5));
const open = "Bun" in globalThis ? [] : process.getActiveResourcesInfo().filter((name) => name !== "PipeWrap");
process.stdout.write(
  `${JSON.stringify({ calls, rss: after.rss - before.rss, heap: after.heap - before.heap, mostListeners, aborted, open })}\n`,
);
