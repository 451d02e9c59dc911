import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { http, HttpResponse } from "msw";
import { defineWorkflow } from "../dsl/define.ts";
import { printWorkflow } from "../dsl/print.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { systemClock } from "../lib/clock.ts";
import { ValidationError } from "../lib/errors.ts";
import { rejectionOf } from "../lib/testing/rejection-of.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { assertCompleted, assertFailed, assertRetried } from "./assertions.ts";
import { createHarness } from "./harness.ts";
import "./matchers.bun.ts";

const double = defineAgent({
  id: "@test/double",
  version: "1.0.0",
  input: { type: "object", properties: { n: { type: "number", default: 2 } }, required: ["n"] },
  output: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
  execute: ({ n }: { readonly n: number }) => ({ n: n * 2 }),
});

const doubled = defineWorkflow({
  id: "doubled",
  version: "1.0.0",
  input: { type: "object", properties: { n: { type: "number" } }, required: ["n"] },
  steps: ({ input, step }) => {
    const first = step("first", { agent: double, input: { n: input.n } });
    return { n: step("second", { agent: double, input: { n: first.output.n } }).output.n };
  },
});

const forecast = defineAgent({
  id: "@test/forecast",
  version: "1.0.0",
  execute: async (_input: unknown, { fetch }) => {
    const response = await fetch("https://weather.test/today?city=oslo");
    if (!response.ok) throw Object.assign(new Error("no forecast"), { status: response.status });
    return (await response.json()) as { readonly sky: string };
  },
});

const weather = defineWorkflow({
  id: "weather",
  version: "1.0.0",
  steps: ({ step }) => ({ sky: step("ask", { agent: forecast, input: {} }).output.sky }),
});

const approval = defineWorkflow({
  id: "approval",
  version: "1.0.0",
  steps: ({ wait }) => ({ by: wait("approved", { signal: "approve" }).output }),
});

describe("harness.run()", () => {
  test.each([
    ["a definition", doubled],
    ["an AST", doubled.workflow],
    ["JSON text", printWorkflow(doubled.workflow)],
    ["an imported document", JSON.parse(printWorkflow(doubled.workflow))],
  ])("runs %s", async (_name, workflow) => {
    await using harness = createHarness({ agents: [double] });
    const run = await harness.run(workflow, { n: 5 });
    expect(run).toHaveCompleted({ n: 20 });
    expect(run).toHaveRunInOrder(["first", "second"]);
    expect(run.calls.map(({ stepId, input }) => [stepId, input])).toEqual([
      ["first", { n: 5 }],
      ["second", { n: 10 }],
    ]);
  });

  test("runs a file by its path and by its URL", async () => {
    await using harness = createHarness();
    const byUrl = await harness.run(new URL("../examples/hello-world/hello-world.o8.json", import.meta.url), {
      name: "Ada",
    });
    const byPath = await harness.run("examples/hello-world/hello-world.o8.json", { name: "Ada" });
    assertCompleted(byUrl);
    expect(byPath.output).toEqual(byUrl.output);
  });

  test("waits three days in no time", async () => {
    const workflow = defineWorkflow({
      id: "patient",
      version: "1.0.0",
      steps: ({ wait }) => void wait("pause", { for: "3d" }),
    });
    await using harness = createHarness();
    const run = await harness.run(workflow);
    expect(run).toHaveCompleted();
    expect(run.elapsedMs).toBe(3 * 86_400_000);
  });

  test("refuses an input that does not fit", async () => {
    await using harness = createHarness();
    expect(await rejectionOf(harness.run(doubled, { n: "five" }))).toBeInstanceOf(ValidationError);
  });

  test("gives the same run for the same seed", async () => {
    const flaky = defineAgent({
      id: "@test/flaky",
      version: "1.0.0",
      execute: (_input: unknown, { attempt }) => {
        if (attempt < 4) throw new Error("no");
        return attempt;
      },
    });
    const workflow = defineWorkflow({
      id: "flaky",
      version: "1.0.0",
      steps: ({ step }) => void step("try", { agent: flaky, input: {}, policies: { retry: { maxAttempts: 5 } } }),
    });
    const record = async (seed: number) => {
      await using harness = createHarness({ seed });
      return await harness.run(workflow);
    };
    const run = await record(7);
    expect(run).toHaveRetried("try", 3);
    expect((await record(7)).entries).toEqual(run.entries);
    expect((await record(8)).elapsedMs).not.toBe(run.elapsedMs);
  });

  test("lets an agent that hangs time out, and one that does real work finish", async () => {
    const hanging = defineAgent({
      id: "@test/hanging",
      version: "1.0.0",
      execute: () => new Promise<never>(() => undefined),
    });
    const real = defineAgent({
      id: "@test/real",
      version: "1.0.0",
      execute: async () => {
        await readFile(import.meta.path);
        return "done";
      },
    });
    const of = (agent: typeof hanging | typeof real) =>
      defineWorkflow({
        id: "timed",
        version: "1.0.0",
        steps: ({ step }) =>
          void step("work", { agent, input: {}, policies: { timeout: "1s", retry: { maxAttempts: 1 } } }),
      });
    await using harness = createHarness();
    const hung = await harness.run(of(hanging));
    expect(hung).toHaveTimedOut("work");
    expect(hung).toHaveFailed("TIMEOUT");
    expect(await harness.run(of(real))).toHaveCompleted({ work: "done" });
  });

  test("lets agents sleep on its clock", async () => {
    const clock = new VirtualClock();
    const slow = defineAgent({
      id: "@test/slow",
      version: "1.0.0",
      execute: async (_input: unknown, _context, signal) => {
        for (let index = 0; index < 1_000; index++) await clock.sleep(10, signal);
        return "awake";
      },
    });
    const workflow = defineWorkflow({
      id: "slow",
      version: "1.0.0",
      steps: ({ step }) => void step("work", { agent: slow, input: {} }),
    });
    await using harness = createHarness({ clock });
    const run = await harness.run(workflow);
    expect(run).toHaveCompleted({ work: "awake" });
    expect(run.elapsedMs).toBe(10_000);
  });

  test("runs in real time where it is asked to", async () => {
    await using harness = createHarness({ clock: systemClock });
    expect(await harness.run(doubled, { n: 1 })).toHaveCompleted({ n: 4 });
  });

  test("runs children that it was given, and those that a definition brings along", async () => {
    const parent = defineWorkflow({
      id: "parent",
      version: "1.0.0",
      steps: ({ step }) => ({ n: step("child", { workflow: doubled, input: { n: 1 } }).output.n }),
    });
    await using harness = createHarness();
    expect(await harness.run(parent)).toHaveCompleted({ n: 4 });
    const again = await harness.run(parent);
    expect(again.calls.map(({ stepId }) => stepId)).toEqual(["first", "second"]);
    await using other = createHarness({ workflows: [doubled] });
    expect(await other.run(parent.workflow)).toHaveCompleted({ n: 4 });
  });

  test("masks secrets, and journals what people may see", async () => {
    const login = defineAgent({
      id: "@test/login",
      version: "1.0.0",
      output: { type: "object", properties: { session: { type: "string", "x-sensitive": true } } },
      execute: (_input: unknown, { secrets }) => ({ session: "s-1", header: `Bearer ${secrets["token"]}` }),
    });
    const workflow = defineWorkflow({
      id: "login",
      version: "1.0.0",
      steps: ({ step }) => void step("login", { agent: login, input: {} }),
    });
    await using harness = createHarness({ secrets: { token: "tk-123456" } });
    const run = await harness.run(workflow);
    expect(run).toHaveCompleted({ login: { session: "s-1", header: "Bearer [secret:token]" } });
    const shown = JSON.stringify(await harness.journal());
    expect(shown).toContain('"session":"[redacted]"');
    expect(shown).not.toContain('s-1"');
  });
});

describe("harness.start()", () => {
  test("lets a test signal, and cancel", async () => {
    await using harness = createHarness();
    const execution = await harness.start(approval);
    await execution.signal("approve", { by: "Ada" });
    expect(await execution.end()).toHaveCompleted({ by: { by: "Ada" } });
    const other = await harness.start(approval);
    await harness.clock.advance(60_000);
    other.cancel("not today");
    const run = await other.end();
    expect(run).toHaveBeenCancelled();
    expect(run).toMatchObject({ reason: "not today", elapsedMs: 60_000 });
  });

  test("says for what a run waits that nobody will send", async () => {
    await using harness = createHarness();
    expect(String(await rejectionOf(harness.run(approval)))).toBe(
      'Error: Cannot finish workflow "approval": step "approved" waits for signal "approve" (send it with execution.signal("approve", payload)), and nothing else is to come',
    );
  });
});

describe("a harness with handlers", () => {
  const rain = http.get("https://weather.test/today", () => HttpResponse.json({ sky: "rain" }));

  test("answers requests", async () => {
    await using harness = createHarness({ handlers: [rain] });
    expect(await harness.run(weather)).toHaveCompleted({ sky: "rain" });
  });

  test("answers them again and again, until one is right", async () => {
    let calls = 0;
    const busy = http.get("https://weather.test/today", () => {
      if (++calls < 3) return new HttpResponse(null, { status: 503 });
      return HttpResponse.json({ sky: "sun" });
    });
    await using harness = createHarness({ handlers: [busy] });
    const run = await harness.run(weather);
    assertCompleted(run, { sky: "sun" });
    assertRetried(run, "ask", 2);
  });

  test("takes a request without a handler for an error, and shows the handler to add", async () => {
    await using harness = createHarness({ handlers: [] });
    const error = await rejectionOf(harness.run(weather));
    expect(error).toMatchObject({
      name: "UnhandledRequestError",
      requests: ["GET https://weather.test/today?city=oslo"],
      message:
        "Cannot answer GET https://weather.test/today?city=oslo: no handler of the harness does; add\n" +
        '  http.get("https://weather.test/today", () => HttpResponse.json({})),\nto its handlers',
    });
  });

  test("does so for a call of an agent, whatever the agent makes of it", async () => {
    await using harness = createHarness({ handlers: [] });
    expect(await rejectionOf(harness.agent(forecast).execute({}))).toMatchObject({ name: "UnhandledRequestError" });
  });

  test("takes an answer in place of a handler of MSW", async () => {
    const answer = async (): Promise<Response> => Response.json({ sky: "snow" });
    await using harness = createHarness({ handlers: [{ method: "GET", url: "https://weather.test/today", answer }] });
    expect(await harness.run(weather)).toHaveCompleted({ sky: "snow" });
  });

  test("says what is no handler, and leaves the next harness alone", async () => {
    await using wrong = createHarness({ handlers: ["none"] as never });
    expect(await rejectionOf(wrong.run(weather))).toBeInstanceOf(Error);
    await using harness = createHarness({ handlers: [rain] });
    expect(await harness.run(weather)).toHaveCompleted({ sky: "rain" });
  });

  test("refuses to be open beside another one", async () => {
    await using first = createHarness({ handlers: [rain] });
    await first.run(weather);
    const second = createHarness({ handlers: [] });
    expect(String(await rejectionOf(second.run(weather)))).toContain("another one with handlers is open");
  });

  test("lets the network be when it is disposed", async () => {
    {
      await using harness = createHarness({ handlers: [rain] });
      await harness.run(weather);
    }
    await using server = Bun.serve({ port: 0, fetch: () => new Response("real") });
    expect(await (await fetch(server.url)).text()).toBe("real");
  });
});

describe("harness.agent()", () => {
  test("calls an agent as the engine does: with defaults, checked on both sides", async () => {
    await using harness = createHarness({ agents: [double] });
    expect(await harness.agent(double).execute({ n: 4 })).toEqual({ n: 8 });
    expect(await harness.agent("@test/double").execute({})).toEqual({ n: 4 });
    expect(await rejectionOf(harness.agent(double).execute({ n: "x" as never }))).toBeInstanceOf(ValidationError);
    const wrong = { ...double, execute: () => ({ m: 1 }) as never };
    expect(String(await rejectionOf(harness.agent(wrong).execute({ n: 1 })))).toContain("Cannot accept the result");
  });

  test("gives it the context that a test asks for, and the rest of a first attempt", async () => {
    const asking = defineAgent({
      id: "@test/asking",
      version: "1.0.0",
      config: { type: "object", properties: { unit: { type: "string", default: "C" } } },
      execute: (_input: unknown, { attempt, idempotencyKey, config, secrets, logger }) => {
        logger.info("asked", { attempt });
        return { attempt, idempotencyKey, config: config ?? null, token: secrets["token"] ?? null };
      },
    });
    await using harness = createHarness({ secrets: { token: "tk-123456" } });
    expect(await harness.agent(asking).execute({}, { attempt: 3, config: {}, stepId: "a" })).toEqual({
      attempt: 3,
      idempotencyKey: "test:a",
      config: { unit: "C" },
      token: "[secret:token]",
    });
    expect(harness.logs).toMatchObject([
      { level: "info", message: "asked", stepId: "a", attempt: 3, data: { attempt: 3 } },
    ]);
  });

  test("sets it up with its configuration, alone and in a run, and disposes what that made", async () => {
    const made: string[] = [];
    const greeting = defineAgent({
      id: "@test/greeting",
      version: "1.0.0",
      config: { type: "object", properties: { word: { type: "string" } }, required: ["word"] },
      setup: ({ config }) => {
        const { word } = config as { word: string };
        made.push(`+${word}`);
        return { word };
      },
      execute: ({ name }: { name: string }, { resource }) => `${resource.word}, ${name}`,
      dispose: ({ word }) => void made.push(`-${word}`),
    });
    const agentConfig = { "@test/greeting": { word: "Ahoy" } };
    {
      await using harness = createHarness({ agents: [greeting], agentConfig });
      expect(await harness.agent(greeting).execute({ name: "Ada" })).toBe("Ahoy, Ada");
      expect(made).toEqual(["+Ahoy", "-Ahoy"]);
      const run = await harness.run(
        JSON.stringify({
          version: "1.0.0",
          metadata: { id: "w", name: "W" },
          steps: [{ id: "a", agent: { id: "@test/greeting" }, input: { name: "Bo" } }],
          output: "${steps.a.output}",
        }),
      );
      expect(run).toMatchObject({ status: "completed", output: "Ahoy, Bo" });
    }
    expect(made).toEqual(["+Ahoy", "-Ahoy", "+Ahoy", "-Ahoy"]);
  });

  test("answers its requests, and sends its key", async () => {
    const keys: (string | null)[] = [];
    const rain = http.get("https://weather.test/today", ({ request }) => {
      keys.push(request.headers.get("idempotency-key"));
      return HttpResponse.json({ sky: "rain" });
    });
    await using harness = createHarness({ handlers: [rain] });
    expect(await harness.agent(forecast).execute({}, { executionId: "e", stepId: "s" })).toEqual({ sky: "rain" });
    expect(keys).toEqual(["e:s"]);
  });

  test("stops it by the signal that a test gives", async () => {
    const controller = new AbortController();
    const waiting = defineAgent({
      id: "@test/waiting",
      version: "1.0.0",
      execute: (_input: unknown, _context, signal) =>
        new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    await using harness = createHarness();
    const call = harness.agent(waiting).execute({}, { signal: controller.signal });
    await harness.clock.advance(0);
    controller.abort(new Error("enough"));
    expect(await rejectionOf(call)).toEqual(new Error("enough"));
  });
});

describe("a failed assertion", () => {
  test("says what was wanted, what was found, and what happened", async () => {
    const broken = defineAgent({
      id: "@test/broken",
      version: "1.0.0",
      execute: () => {
        throw new TypeError("broken");
      },
    });
    const workflow = defineWorkflow({
      id: "broken",
      version: "1.0.0",
      steps: ({ step }) => void step("work", { agent: broken, input: {} }),
    });
    await using harness = createHarness();
    const run = await harness.run(workflow);
    assertFailed(run, "broken");
    expect(() => assertCompleted(run)).toThrow(
      `Expected execution "test-1-1" to have completed, and it failed in "work": UNKNOWN: broken

  +0 ms  execution  created broken
  +0 ms  work       started
  +0 ms  work       attempt 1 failed: UNKNOWN: broken`,
    );
    expect(() => expect(run).not.toHaveFailed()).toThrow('Expected execution "test-1-1" not to have failed');
  });
});
