import { defineWorkflow } from "../dsl/define.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import type { AnyAgent } from "../lib/agents/agent.ts";
import type { VirtualClock } from "../lib/testing/virtual-clock.ts";

const echo = defineAgent({ id: "@patterns/echo", version: "1.0.0", execute: (input: number) => input });
const increment = defineAgent({ id: "@patterns/increment", version: "1.0.0", execute: (input: number) => input + 1 });

/** Steps `s1`, `s2`, … each after the one before. Its output is `{ n: length }`. */
function sequential(length = 3) {
  return defineWorkflow({
    id: "sequential",
    version: "1.0.0",
    steps: ({ step }) => {
      let last = step("s1", { agent: increment, input: 0 });
      for (let index = 2; index <= length; index++) last = step(`s${index}`, { agent: increment, input: last.output });
      return { n: last.output };
    },
  });
}

/** `start`, then steps `w1`, `w2`, … side by side, then `end`. */
function fanOut(width = 5) {
  return defineWorkflow({
    id: "fan-out",
    version: "1.0.0",
    steps: ({ step }) => {
      const start = step("start", { agent: echo, input: 1 });
      const workers = Array.from({ length: width }, (_, index) =>
        step(`w${index + 1}`, { agent: increment, input: start.output }),
      );
      step("end", { agent: echo, input: 0, dependsOn: workers });
    },
  });
}

/** `top`, then `left` and `right` side by side, then `bottom`. */
function diamond() {
  return defineWorkflow({
    id: "diamond",
    version: "1.0.0",
    steps: ({ step }) => {
      const top = step("top", { agent: echo, input: 1 });
      const left = step("left", { agent: increment, input: top.output });
      const right = step("right", { agent: echo, input: top.output });
      step("bottom", { agent: echo, input: left.output, dependsOn: [right] });
    },
  });
}

/** One step `work` whose agent fails so many times, and then gives the number of its attempt. */
function flaky(failures = 2) {
  const agent = defineAgent({
    id: "@patterns/flaky",
    version: "1.0.0",
    execute: (_input: null, { attempt }) => {
      if (attempt <= failures) throw new Error(`attempt ${attempt} fails`);
      return attempt;
    },
  });
  return ofOneStep("flaky", agent, { retry: { maxAttempts: failures + 1 } });
}

/** One step `work` whose agent takes its time, on the clock that the harness has, and heeds its signal. */
function slow(clock: VirtualClock, ms = 60_000) {
  const agent = defineAgent({
    id: "@patterns/slow",
    version: "1.0.0",
    execute: async (_input: null, _context, signal) => {
      await clock.sleep(ms, signal);
      return ms;
    },
  });
  return ofOneStep("slow", agent, { timeout: ms * 2 });
}

/** One step `work` that fails, with an error that is not retried. */
function failing(error: Error = new TypeError("it always fails")) {
  const agent = defineAgent({
    id: "@patterns/failing",
    version: "1.0.0",
    execute: () => {
      throw error;
    },
  });
  return ofOneStep("failing", agent);
}

/** Waits for a signal `go` that is not to come: start it, and cancel it. What `work` did before is undone. */
function cancelled() {
  return defineWorkflow({
    id: "cancelled",
    version: "1.0.0",
    steps: ({ step, wait }) => {
      const work = step("work", { agent: echo, input: 1, compensate: { agent: echo, input: 1 } });
      wait("go", { signal: "go", dependsOn: [work] });
    },
  });
}

/** A step `work` for each of 1, 2, 3, … of which one fails however often it is tried. */
function poison({ items = 5, bad = 3 }: { readonly items?: number; readonly bad?: number } = {}) {
  const agent = defineAgent({
    id: "@patterns/poisoned",
    version: "1.0.0",
    execute: (input: number) => {
      if (input === bad) throw new Error(`item ${bad} is poison`);
      return input;
    },
  });
  return defineWorkflow({
    id: "poison",
    version: "1.0.0",
    variables: { items: Array.from({ length: items }, (_, index) => index + 1) },
    steps: ({ step, variables }) =>
      void step("work", {
        agent,
        forEach: { items: variables.items },
        input: (item) => item,
        policies: { retry: { maxAttempts: 3 } },
      }),
  });
}

/** Workflows of common shapes, with their agents, to try something on. */
export const patterns = { sequential, fanOut, diamond, flaky, slow, failing, cancelled, poison } as const;

function ofOneStep(
  id: string,
  agent: AnyAgent,
  policies: { readonly retry?: { readonly maxAttempts: number }; readonly timeout?: number } = {},
) {
  return defineWorkflow({
    id,
    version: "1.0.0",
    steps: ({ step }) => ({ work: step("work", { agent, input: null, policies }).output }),
  });
}
