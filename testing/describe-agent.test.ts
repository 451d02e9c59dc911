import { describe, expect, it, test } from "bun:test";
import { http, HttpResponse } from "msw";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { rejectionOf } from "../lib/testing/rejection-of.ts";
import { describeAgent, type AgentCase } from "./describe-agent.ts";

const double = defineAgent({
  id: "@test/double",
  version: "1.0.0",
  input: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
  execute: async ({ n, url }: { readonly n: number; readonly url?: string }, { fetch }) => {
    if (url !== undefined) return { n: Number(await (await fetch(url)).text()) };
    if (n < 0) throw new RangeError("n must not be negative");
    return { n: n * 2 };
  },
});

// Runs here, as a user's does.
describeAgent(
  double,
  [
    { input: { n: 2 }, output: { n: 4 } },
    { name: "a URL", input: { n: 0, url: "https://numbers.test/" }, output: { n: 7 } },
    { input: { n: -1 }, fails: "must not be negative" },
    { name: "no number", input: {} as never, fails: /does not fit its schema/ },
  ],
  { runner: { describe, it }, handlers: [http.get("https://numbers.test/", () => HttpResponse.text("7"))] },
);

type Double = typeof double;

/** What a runner would run. */
function collect(agent: Double, cases: readonly AgentCase<{ readonly n: number }, { n: number }>[]) {
  const tests = new Map<string, () => Promise<void>>();
  const runner = {
    describe: (_name: string, define: () => void) => define(),
    it: (name: string, run: () => Promise<void>) => tests.set(name, run),
  };
  describeAgent(agent, cases, { runner });
  return tests;
}

describe("describeAgent()", () => {
  test.each<[string, Double, AgentCase<{ readonly n: number }, { n: number }>, string, string]>([
    ["another output", double, { input: { n: 2 }, output: { n: 5 } }, 'takes {"n":2}', "n: 4"],
    ["a case that does not fail", double, { input: { n: 2 }, fails: "no" }, 'refuses {"n":2}', 'the output is {"n":4}'],
    [
      "another failure",
      double,
      { input: { n: -2 }, fails: "down" },
      'refuses {"n":-2}',
      "and it is: n must not be negative",
    ],
    [
      "an id that cannot be used",
      { ...double, id: "double" },
      { input: { n: 1 } },
      "has an id, a version and schemas that can be used",
      '"@scope/name"',
    ],
    [
      "an input that is changed",
      { ...double, execute: (input) => Object.assign(input, { n: 9 }) },
      { input: { n: 1 } },
      'takes {"n":1}',
      "has changed its input",
    ],
    [
      "an agent that goes on for good",
      { ...double, execute: () => new Promise<never>(() => undefined) },
      { input: { n: 1 } },
      "ends when its signal aborts",
      "never settles",
    ],
  ])("fails for %s", async (_what, agent, one, name, message) => {
    const run = collect(agent, [one]).get(name);
    expect(String(await rejectionOf(run?.() ?? Promise.resolve()))).toContain(message);
  });

  test("says how to give it a runner that has no globals", () => {
    expect(() => describeAgent(double, [])).toThrow("give them as { runner: { describe, it } }");
  });
});
