import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import type { AgentSetup } from "../agents/agent.ts";
import { BaseAgent } from "../agents/base-agent.ts";
import { defineAgent } from "../agents/define-agent.ts";
import { AgentNotFoundError, ValidationError } from "../errors.ts";
import type { LogRecord } from "../log.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { CircuitBreakerPolicy } from "../workflow.ts";
import { createEngine } from "./create-engine.ts";
import type { EngineOptions } from "./engine.ts";
import { agentStep, workflowOf, workflowOfSteps } from "./fixtures/workflow-of.ts";

/** A pool that says what happens to it. */
function poolAgent(log: string[] = []) {
  return defineAgent({
    id: "@test/pool",
    version: "1.0.0",
    config: v.object({ url: v.string(), size: v.optional(v.number(), 4) }),
    setup({ config, secrets }) {
      expectTypeOf(config).toEqualTypeOf<{ url: string; size: number }>();
      log.push(`set up ${config.url} ${config.size} ${Object.keys(secrets).join()}`);
      return { query: () => `${config.url} says` };
    },
    execute(_input: unknown, { resource, config }) {
      expectTypeOf(resource).toEqualTypeOf<{ query: () => string }>();
      return { answer: resource.query(), config: config ?? null };
    },
    dispose(resource) {
      expectTypeOf(resource).toEqualTypeOf<{ query: () => string }>();
      log.push(`disposed ${resource.query()}`);
    },
  });
}

const calls = workflowOf([{ id: "a", agent: "@test/pool" }]);
const agentConfig = { "@test/pool": { url: "db://x" } };

async function statusOf(options: EngineOptions, workflow = calls) {
  await using engine = createEngine(options);
  const { execution } = await engine.start(workflow);
  return await execution.result;
}

describe("an agent with setup", () => {
  test("is set up once for its engine, with its checked config, and disposed once, as the engine closes", async () => {
    const log: string[] = [];
    const engine = createEngine({ agents: [poolAgent(log)], agentConfig, secrets: { token: "s3cr3t-value" } });
    const results = await Promise.all([1, 2, 3].map(async () => await (await engine.start(calls)).execution.result));
    expect(results).toMatchObject([1, 2, 3].map(() => ({ output: { a: { answer: "db://x says", config: null } } })));
    await engine.close();
    await engine[Symbol.asyncDispose]();
    expect(log).toEqual(["set up db://x 4 token", "disposed db://x says"]);
  });

  test("is neither set up nor disposed by an engine that does not call it", async () => {
    const log: string[] = [];
    await createEngine({ agents: [poolAgent(log)], agentConfig }).close();
    expect(log).toEqual([]);
  });

  test("is set up again by the next attempt when that failed, under the step's policies", async () => {
    let attempts = 0;
    const flaky = defineAgent({
      id: "@test/pool",
      version: "1.0.0",
      setup() {
        if (++attempts === 1) throw new Error("not yet");
        return attempts;
      },
      execute: (_input: unknown, { resource }) => resource,
    });
    const workflow = workflowOf([
      { id: "a", agent: "@test/pool", policies: { retry: { maxAttempts: 2, baseDelayMs: 1 } } },
    ]);
    expect(await statusOf({ agents: [flaky] }, workflow)).toMatchObject({ status: "completed", output: { a: 2 } });
  });

  test("is not called when its attempt timed out while it was set up", async () => {
    const clock = new VirtualClock();
    const called: string[] = [];
    const slow = defineAgent({
      id: "@test/pool",
      version: "1.0.0",
      setup: () => new Promise<void>((resolve) => void clock.timer(2_000, resolve)),
      execute: () => void called.push("execute"),
    });
    const workflow = workflowOf([
      { id: "a", agent: "@test/pool", policies: { timeoutMs: 1_000, retry: { maxAttempts: 1 } } },
    ]);
    const engine = createEngine({ agents: [slow], clock });
    const { execution } = await engine.start(workflow);
    const closed = engine.close();
    await clock.advance(10_000);
    await closed;
    expect([(await execution.result).status, called]).toEqual(["failed", []]);
  });

  test("is not run by an engine whose operator has not configured it", async () => {
    await using engine = createEngine({ agents: [poolAgent()] });
    const failure: unknown = await engine.start(calls).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentNotFoundError);
    expect(failure).toHaveProperty(
      "message",
      'Cannot use agent "@test/pool": its operator must configure it, with agentConfig',
    );
  });

  test("cannot be configured by a step", async () => {
    await using engine = createEngine({ agents: [poolAgent()], agentConfig });
    const config = { kind: "literal", value: { url: "db://mine" } } as const;
    const step = { ...agentStep({ id: "a" }), agent: { id: "@test/pool", config } };
    expect(engine.start(workflowOfSteps([step]))).rejects.toThrow(
      new ValidationError(
        'Cannot run workflow "test": step "a" configures agent "@test/pool", which only its operator may',
      ),
    );
  });
});

describe("an agent that names its target", () => {
  const calling = (host: string) =>
    agentStep({ id: host, input: { kind: "literal", value: { host } }, onError: "continue" });

  test("has a circuit for each, unless the step's policy names another", async () => {
    const agent = defineAgent({
      id: "@test/echo",
      version: "1.0.0",
      target: (input) => String(Reflect.get(Object(input), "host")),
      execute: (_input: unknown, { stepId }) => {
        throw new Error(`no answer from ${stepId}`);
      },
    });
    const keys = async (circuitBreaker: CircuitBreakerPolicy) => {
      await using engine = createEngine({ agents: [agent] });
      const policies = { retry: { maxAttempts: 1 }, circuitBreaker: { ...circuitBreaker, failureThreshold: 1 } };
      const { execution } = await engine.start(workflowOfSteps([calling("a.test"), calling("b.test")], policies));
      await execution.result;
      const page = await engine.journal.read(execution.id);
      return page.flatMap(({ event }) => (event.type === "circuit.opened" ? [event.key] : [])).toSorted();
    };
    expect(await keys({})).toEqual(["@test/echo:a.test", "@test/echo:b.test"]);
    expect(await keys({ target: { kind: "literal", value: "all" } })).toContain("@test/echo:all");
  });
});

describe("an agent that is a class", () => {
  class Client extends BaseAgent<unknown, string, { readonly url: string }> {
    readonly id = "@test/pool";
    readonly version = "1.0.0";
    readonly log: string[] = [];
    #url = "";

    override setup({ config }: AgentSetup<{ readonly url: string }>): void {
      this.#url = config.url;
    }

    execute(): string {
      return this.#url;
    }

    override async dispose(): Promise<void> {
      this.log.push(`disposed ${this.#url}`);
    }
  }

  test("keeps what it is set up with", async () => {
    const client = new Client();
    expect(await statusOf({ agents: [client], agentConfig })).toMatchObject({ output: { a: "db://x" } });
    expect(client.log).toEqual(["disposed db://x"]);
  });

  test("is disposed with its engine when its constructor took all it needs", async () => {
    const disposed: string[] = [];
    class Given extends BaseAgent {
      readonly id = "@test/given";
      readonly version = "1.0.0";

      execute(): null {
        return null;
      }

      async [Symbol.asyncDispose](): Promise<void> {
        disposed.push(this.id);
      }
    }
    await createEngine({ agents: [new Given()] }).close();
    expect(disposed).toEqual(["@test/given"]);
  });
});

describe("closing an engine", () => {
  function disposable(id: string, dispose: () => void | Promise<void>) {
    return defineAgent({ id, version: "1.0.0", execute: () => null, dispose });
  }

  test("disposes every agent though one throws, and logs that", async () => {
    const log: LogRecord[] = [];
    const disposed: string[] = [];
    const agents = [
      disposable("@test/a", () => {
        throw new Error("stuck");
      }),
      disposable("@test/b", () => void disposed.push("b")),
    ];
    await createEngine({ agents, log: (record) => log.push(record) }).close();
    expect(disposed).toEqual(["b"]);
    expect(log.map(({ message, data }) => [message, data])).toEqual([
      ["agent cannot be disposed", { agent: "@test/a", data: "stuck" }],
    ]);
  });

  test("waits for no agent longer than 5 s", async () => {
    const clock = new VirtualClock();
    const log: LogRecord[] = [];
    const never = disposable("@test/a", () => new Promise(() => undefined));
    const engine = createEngine({ agents: [never], clock, log: (record) => log.push(record) });
    const closed = engine.close();
    await clock.advance(5_000);
    await closed;
    expect(log.map(({ message, data }) => [message, data])).toEqual([
      ["agent is not disposed within 5000 ms", { agent: "@test/a" }],
    ]);
  });
});

describe("createEngine({ agentConfig })", () => {
  const refused: [string, EngineOptions["agentConfig"], string][] = [
    [
      "an agent that is not there",
      { "@test/pol": {} },
      'Cannot find agent "@test/pol": no agent has this id; the nearest are "@test/pool", "@test/plain"',
    ],
    [
      "an agent that steps configure",
      { "@test/plain": {} },
      'Cannot configure agent "@test/plain": it has no setup, and takes its config from each step',
    ],
    [
      "a config that does not fit",
      { "@test/pool": { url: 5 } },
      'Cannot configure agent "@test/pool": its config at "/url" does not fit its schema: Invalid type: Expected string',
    ],
  ];
  test.each(refused)("refuses %s", (_name, wrong, message) => {
    const plain = defineAgent({ id: "@test/plain", version: "1.0.0", execute: () => null });
    expect(() => createEngine({ agents: [poolAgent(), plain], agentConfig: wrong ?? {} })).toThrow(message);
  });
});
