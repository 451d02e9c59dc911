import assert from "node:assert";
import type { Agent } from "../lib/agents/agent.ts";
import { assertAgentIdentity } from "../lib/agents/agent-identity.ts";
import { createChecks } from "../lib/agents/validate.ts";
import type { Clock } from "../lib/clock.ts";
import { canonicalJson } from "../lib/workflow-hash.ts";
import type { TestContext } from "./agent-under-test.ts";
import { createHarness } from "./harness.ts";
import type { HarnessOptions } from "./harness-options.ts";

/** One input of an agent, and what comes of it: an output, or why it is refused. */
export interface AgentCase<Input, Output> {
  /** Default: the input, as JSON. */
  readonly name?: string;
  readonly input: Input;
  readonly context?: TestContext;
  /** What the agent gives. Without it and `fails`: anything that fits its schema. */
  readonly output?: Output;
  /** A part of the message, or a pattern for it. */
  readonly fails?: string | RegExp;
}

/** What a test runner has, by the names that `bun:test`, `node:test` and Vitest give them. */
export interface Runner {
  readonly describe: (name: string, define: () => void) => unknown;
  readonly it: (name: string, run: () => Promise<void>) => unknown;
}

export interface DescribeAgentOptions extends Omit<HarnessOptions<Clock>, "agents"> {
  /** Default: the global `describe` and `it`, where the runner has such. */
  readonly runner?: Runner;
}

/**
 * Defines tests of an agent: that its id, version and schemas can be used, that each case comes to what it should, leaves its
 * input alone and ends when its signal aborts. Cases run in virtual time, with the `handlers` answering.
 *
 * @throws {Error} when the runner has no globals and none was given.
 *
 * @example
 * ```ts
 * describeAgent(double, [{ input: { n: 2 }, output: { n: 4 } }], { runner: { describe, it } });
 * ```
 */
export function describeAgent<Input, Output>(
  agent: Agent<Input, Output>,
  cases: readonly AgentCase<Input, Output>[],
  { runner = globalRunner(), ...options }: DescribeAgentOptions = {},
): void {
  const { describe, it } = runner;
  describe(`agent ${agent.id}`, () => {
    it("has an id, a version and schemas that can be used", async () => {
      assertAgentIdentity(agent);
      createChecks(agent);
    });
    for (const one of cases) {
      const { name = canonicalJson(one.input) } = one;
      it(one.fails === undefined ? `takes ${name}` : `refuses ${name}`, async () => await runCase(agent, one, options));
    }
    it("ends when its signal aborts", async () => {
      const first = cases.find(({ fails }) => fails === undefined);
      if (first === undefined) return;
      await using harness = createHarness({ ...options, agents: [agent] });
      const signal = AbortSignal.abort(new Error("the test stops it"));
      // It may end either way; one that goes on for good is told of by the harness.
      const call = harness.agent(agent).execute(first.input, { ...first.context, signal });
      await call.catch((error: unknown) => {
        if (error instanceof Error && error.message.endsWith("it never settles")) throw error;
      });
    });
  });
}

async function runCase<Input, Output>(
  agent: Agent<Input, Output>,
  { input, context, output, fails }: AgentCase<Input, Output>,
  options: HarnessOptions<Clock>,
): Promise<void> {
  await using harness = createHarness({ ...options, agents: [agent] });
  const before = structuredClone(input);
  const call = harness.agent(agent).execute(input, context);
  if (fails !== undefined) return await assertFails(call, fails);
  const given = await call;
  if (output !== undefined) assert.deepStrictEqual(given, output);
  assert.deepStrictEqual(input, before, `agent "${agent.id}" has changed its input`);
}

async function assertFails(call: Promise<unknown>, fails: string | RegExp): Promise<void> {
  let given: unknown;
  try {
    given = await call;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const isRight = typeof fails === "string" ? message.includes(fails) : fails.test(message);
    assert.ok(isRight, `expected a failure with ${String(fails)}, and it is: ${message}`);
    return;
  }
  assert.fail(`expected a failure with ${String(fails)}, and the output is ${canonicalJson(given)}`);
}

function globalRunner(): Runner {
  const describe: unknown = Reflect.get(globalThis, "describe");
  const it: unknown = Reflect.get(globalThis, "it");
  if (typeof describe === "function" && typeof it === "function") {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every runner with such globals calls them so
    return { describe, it } as Runner;
  }
  throw new Error(
    'Cannot describe agent: the runner has no global "describe" and "it"; import them (of bun:test, node:test or vitest) and give them as { runner: { describe, it } }',
  );
}
