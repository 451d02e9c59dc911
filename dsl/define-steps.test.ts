import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { createAgentRegistry } from "../lib/agents/registry.ts";
import { workflowHash } from "../lib/workflow-hash.ts";
import type { Workflow } from "../lib/workflow.ts";
import { parseWorkflow } from "./compile.ts";
import { defineWorkflow } from "./define.ts";
import { and, equals, exists, greaterThan, json, length, lessThan } from "./operators.ts";
import { printWorkflow } from "./print.ts";
import type { StepHandle } from "./step-options.ts";
import { text } from "./text.ts";
import type { Ref } from "./typed-value.ts";

interface Found {
  items: { title: string; score: number }[];
  tone?: string | undefined;
}

const search = defineAgent({
  id: "@test/search",
  version: "1.2.0",
  input: v.object({ query: v.string(), limit: v.optional(v.number(), 10) }),
  output: v.object({
    items: v.array(v.object({ title: v.string(), score: v.number() })),
    tone: v.optional(v.string()),
  }),
  execute: ({ query, limit }): Found => ({ items: [{ title: query, score: limit }] }),
});

const payment = defineWorkflow({
  id: "payment",
  version: "1.0.0",
  input: v.object({ amount: v.number() }),
  steps: ({ input, step }) => {
    const paid = step("charge", { input: { n: input.amount }, run: ({ n }) => ({ receipt: `r-${n}` }) });
    return { receipt: paid.output.receipt };
  },
});

const both: readonly (readonly [file: string, defined: Workflow])[] = [
  [
    "wait",
    defineWorkflow({
      id: "wait",
      name: "Waits for time and for people",
      version: "1.0.0",
      steps: ({ input, wait }) => {
        const coolDown = wait("cool-down", { for: "30d" });
        wait("opening", { until: "2026-03-01T09:00:00+01:00", dependsOn: [coolDown] });
        wait("appointment", { until: text`${input.date}T09:00:00Z` });
        const approval = wait<{ by: string }>("approval", {
          signal: "approve",
          timeout: "7d",
          condition: greaterThan(input.amount, 1_000),
          onError: "continue",
        });
        wait("news", { signal: "news" });
        return approval.output.by.default("nobody");
      },
    }).workflow,
  ],
  [
    "for-each",
    defineWorkflow({
      id: "for-each",
      name: "Runs a step for each item",
      version: "1.0.0",
      steps: ({ step }) => {
        const found = step("find", { agent: search, version: "^1", input: { query: "tides" } });
        const looked = step("look", {
          agent: search,
          forEach: { items: found.output.items, maxConcurrency: 3 },
          input: (item, index) => ({ query: text`about ${item.title}`, limit: index }),
          config: (item) => ({ locale: item.title }),
          policies: { circuitBreaker: { target: (item) => item.title } },
        });
        step("again", {
          agent: search,
          forEach: { items: looked.output },
          input: (item) => ({ query: item.items[0].title }),
        });
        step("fixed", { agent: search, forEach: { items: ["a", "b"] }, input: (item) => ({ query: item }) });
        return looked.output[0].items;
      },
    }).workflow,
  ],
  [
    "repeat",
    defineWorkflow({
      id: "repeat",
      name: "Runs a step until its output is right",
      version: "1.0.0",
      steps: ({ input, step }) => {
        step("poll", {
          agent: search,
          input: { query: "ready" },
          repeat: { until: (output) => greaterThan(length(output.items), 0), maxIterations: 10, delay: "30s" },
        });
        step("each", {
          agent: search,
          forEach: { items: input.names },
          input: (item) => ({ query: item }),
          repeat: {
            until: (output, item, index) => and(equals(output.items[0].title, item), lessThan(index, 9)),
            maxIterations: 2,
          },
        });
      },
    }).workflow,
  ],
  [
    "compensate",
    defineWorkflow({
      id: "compensate",
      name: "Undoes what was done",
      version: "1.0.0",
      steps: ({ step }) => {
        const found = step("find", { agent: search, input: { query: "seat" } });
        step("book", {
          agent: search,
          input: { query: found.output.items[0].title },
          compensate: {
            agent: search,
            version: "^1",
            config: (output) => ({ of: output.tone.default("") }),
            input: (output) => ({ query: text`cancel ${output.items[0].title}` }),
          },
        });
        const planB = step("plan-b", {
          agent: search,
          input: { query: "b" },
          compensate: { agent: search, input: { query: "undo b" } },
        });
        step("note", { agent: search, input: { query: "note" }, fallback: planB });
      },
    }).workflow,
  ],
  [
    "child",
    defineWorkflow({
      id: "child",
      name: "Runs workflows",
      version: "1.0.0",
      steps: ({ input, step }) => {
        const paid = step("pay", { workflow: payment, input: { amount: input.amount } });
        step("ship", {
          workflow: "shipping",
          forEach: { items: input.parcels },
          input: (item) => ({ parcel: item, receipt: paid.output.receipt }),
          repeat: { until: (output) => equals(output.sent, true), maxIterations: 3 },
          compensate: { agent: search, input: (output) => ({ query: json(output) }) },
          policies: { timeout: "1h", retry: { maxAttempts: 1 } },
        });
      },
    }).workflow,
  ],
  [
    "budget",
    defineWorkflow({
      id: "budget",
      name: "Stops before it costs too much",
      version: "1.0.0",
      policies: { budget: { wallClock: "2h", tokens: 100_000, usd: 2.5, calls: 40 } },
      steps: ({ step }) => {
        step("only", { agent: search, input: { query: "x" } });
      },
    }).workflow,
  ],
];

describe("defineWorkflow() and a file", () => {
  test.each(both)("say the same with %s, print alike and hash alike", async (name, defined) => {
    const file = await Bun.file(new URL(`./fixtures/${name}.o8.json`, import.meta.url)).text();
    const compiled = parseWorkflow(file, { agents: createAgentRegistry([search]) });
    expect(defined).toEqual(compiled);
    expect(workflowHash(defined)).toBe(workflowHash(compiled));
    expect(parseWorkflow(printWorkflow(defined))).toEqual(compiled);
  });
});

describe("defineWorkflow()", () => {
  test("brings along the workflows that its steps run, and what they bring along", () => {
    const shop = defineWorkflow({
      id: "shop",
      version: "1.0.0",
      steps: ({ step }) => {
        step("pay", { workflow: payment, input: { amount: 1 } });
        step("again", { workflow: payment, input: { amount: 2 } });
        step("other", { workflow: "registered", input: {} });
      },
    });
    const mall = defineWorkflow({
      id: "mall",
      version: "1.0.0",
      steps: ({ step }) => {
        step("shop", { workflow: shop, input: {} });
      },
    });
    expect([shop.workflows, shop.agents]).toEqual([[payment.workflow], payment.agents]);
    expect([mall.workflows, mall.agents]).toEqual([[shop.workflow, payment.workflow], payment.agents]);
    expect(payment.workflows).toEqual([]);
  });

  test("brings along the agents that undo", () => {
    const { agents } = defineWorkflow({
      id: "undo",
      version: "1.0.0",
      steps: ({ step }) => {
        step("a", { agent: "@test/any", input: {}, compensate: { agent: search, input: { query: "" } } });
      },
    });
    expect(agents).toEqual([search]);
  });

  const any = { agent: "@test/any", input: {} } as const;
  type Steps = Parameters<typeof defineWorkflow>[0]["steps"];
  const define = (steps: Steps) => () => defineWorkflow({ id: "w", version: "1.0.0", steps });
  const cases: [string, Steps, string][] = [
    [
      "no iterations",
      ({ step }) => void step("a", { ...any, repeat: { until: (output) => equals(output, 1), maxIterations: 0 } }),
      "repeat.maxIterations must be an integer from 1 to 10000, got 0",
    ],
    [
      "a delay past all timers",
      ({ step }) =>
        void step("a", { ...any, repeat: { until: (output) => equals(output, 1), maxIterations: 2, delay: "25d" } }),
      'repeat.delay must be a duration such as 500, "30s" or "5m", up to 24 days',
    ],
    [
      "a condition that is a constant",
      // @ts-expect-error -- the mistake that is tested
      ({ step }) => void step("a", { ...any, repeat: { until: () => true, maxIterations: 2 } }),
      "a condition must be an expression, such as equals(…) or a reference",
    ],
    [
      "no concurrency",
      ({ input, step }) => void step("a", { ...any, forEach: { items: input.list, maxConcurrency: 0 } }),
      "forEach.maxConcurrency must be an integer >= 1, got 0",
    ],
    [
      "items that are a mixture",
      ({ input, step }) => void step("a", { ...any, forEach: { items: [input.one, 2] } }),
      "forEach.items must be an array of constants, or a reference to an array",
    ],
    [
      "more items than a file could hold",
      ({ step }) => void step("a", { ...any, forEach: { items: Array.from({ length: 500 }, (_, index) => index) } }),
      "forEach.items must not be longer than 1024 characters; put constants into the workflow's variables",
    ],
    [
      "a function of the item without items",
      // @ts-expect-error -- the mistake that is tested
      ({ step }) => void step("a", { ...any, input: (item: Ref<unknown>) => item }),
      "a function of the item stands only in a step with forEach",
    ],
    [
      "an item in a condition",
      ({ input, step }) => {
        let item: Ref<unknown>;
        step("b", { ...any, forEach: { items: input.list }, input: (given) => ({ of: (item = given) }) });
        step("a", { ...any, condition: equals(item, 1) });
      },
      '"item" stands for something only in the function that gets it',
    ],
    [
      "an output in an input",
      ({ step }) => {
        let output: Ref<unknown>;
        const until = (given: Ref<unknown>) => equals((output = given), 1);
        step("b", { ...any, repeat: { until, maxIterations: 2 } });
        step("a", { ...any, input: { of: output } });
      },
      '"output" stands for something only in the function that gets it',
    ],
    [
      "a wait for nothing",
      // @ts-expect-error -- the mistake that is tested
      ({ wait }) => void wait("a", {}),
      'a wait must have exactly one of "for", "until" and "signal"',
    ],
    [
      "a wait for two things",
      // @ts-expect-error -- the mistake that is tested
      ({ wait }) => void wait("a", { for: "1s", signal: "x" }),
      'a wait must have exactly one of "for", "until" and "signal"',
    ],
    [
      "a wait that times out",
      // @ts-expect-error -- the mistake that is tested
      ({ wait }) => void wait("a", { for: "1s", timeout: "1s" }),
      "only waiting for a signal can time out",
    ],
    [
      "a wait past ten years",
      ({ wait }) => void wait("a", { for: "3654d" }),
      'for must be a duration above 0 such as 500, "30s" or "7d", up to 3653 days',
    ],
    [
      "a wait that times out at once",
      ({ wait }) => void wait("a", { signal: "x", timeout: 0 }),
      'timeout must be a duration above 0 such as 500, "30s" or "7d", up to 3653 days',
    ],
    [
      "a signal that no URL could name",
      ({ wait }) => void wait("a", { signal: "a/b" }),
      "signal must be a letter or digit and then up to 127 letters, digits, dots, _ or -",
    ],
    [
      "a vague time",
      ({ wait }) => void wait("a", { until: "2026-03-01" }),
      "until must be an ISO 8601 time with an offset, such as 2026-03-01T09:00:00+01:00",
    ],
    [
      "a step that does nothing",
      // @ts-expect-error -- the mistake that is tested
      ({ step }) => void step("a", { input: {} }),
      'a step must have one of "agent", "workflow" and "run"',
    ],
    [
      "another workflow of the same id",
      ({ step }) => {
        step("b", { workflow: payment, input: { amount: 1 } });
        step("a", { workflow: { ...payment, workflow: { ...payment.workflow } }, input: { amount: 1 } });
      },
      'there is another workflow "payment"',
    ],
    [
      "a workflow of its own id",
      ({ step }) =>
        void step("a", {
          workflow: defineWorkflow({ id: "w", version: "1.0.0", steps: ({ wait }) => void wait("x", { for: 1 }) }),
          input: {},
        }),
      'there is another workflow "w"',
    ],
  ];
  test.each(cases)("throws for %s", (_name, steps, message) => {
    expect(define(steps)).toThrow(new TypeError(`Cannot define step "a" of workflow "w": ${message}`));
  });

  test("throws for an item in the workflow's output", () => {
    let item: Ref<unknown>;
    const each: Steps = ({ input, step }) => {
      step("b", { ...any, forEach: { items: input.list }, input: (given) => ({ of: (item = given) }) });
      return item;
    };
    expect(define(each)).toThrow(
      new TypeError(
        'Cannot define the output of workflow "w": "item" stands for something only in the function that gets it',
      ),
    );
  });
});

describe("types of steps", () => {
  test("give a step for each item an array of outputs, and its functions the item", () => {
    defineWorkflow({
      id: "types",
      version: "1.0.0",
      input: v.object({ ids: v.array(v.number()), more: v.optional(v.array(v.string())) }),
      steps: ({ input, step }) => {
        const found = step("find", { agent: search, input: { query: "" } });
        const each = step("each", {
          agent: search,
          forEach: { items: found.output.items },
          input: (item, index) => {
            expectTypeOf(item.score).toEqualTypeOf<Ref<number>>();
            expectTypeOf(index).toEqualTypeOf<Ref<number>>();
            return { query: item.title, limit: index };
          },
          compensate: {
            agent: search,
            input: (output) => {
              expectTypeOf(output).toEqualTypeOf<Ref<readonly Found[]>>();
              return { query: output[0].items[0].title };
            },
          },
        });
        expectTypeOf(each.output).toEqualTypeOf<Ref<readonly Found[]>>();
        const sums = step("sums", {
          forEach: { items: input.ids },
          input: (id) => ({ id, twice: 2 }),
          run: ({ id, twice }) => ({ sum: id * twice }),
          repeat: {
            until: (output, id) => {
              expectTypeOf(output.sum).toEqualTypeOf<Ref<number>>();
              return equals(output.sum, id);
            },
            maxIterations: 2,
          },
        });
        expectTypeOf(sums.output[0].sum).toEqualTypeOf<Ref<number>>();
        const skipped = step("skipped", {
          agent: search,
          forEach: { items: ["a"], maxConcurrency: 1 },
          input: (item) => ({ query: item }),
          condition: exists(input.more),
        });
        expectTypeOf(skipped.output).toEqualTypeOf<Ref<readonly Found[] | undefined>>();
        // @ts-expect-error -- there may be no items
        step("a", { agent: search, forEach: { items: input.more }, input: { query: "" } });
        step("b", { agent: search, forEach: { items: input.more.default([]) }, input: (item) => ({ query: item }) });
        // @ts-expect-error -- not an array
        step("c", { agent: search, forEach: { items: found.output.tone.default("") }, input: { query: "" } });
        step("d", {
          agent: search,
          forEach: { items: found.output.items },
          // @ts-expect-error -- no such field
          input: (item) => ({ query: item.titel }),
        });
        step("e", {
          agent: search,
          forEach: { items: found.output.items },
          // @ts-expect-error -- a number where a string is wanted
          input: (item) => ({ query: item.score }),
        });
      },
    });
  });

  test("give until the output of a run, and a step that repeats the last of them", () => {
    defineWorkflow({
      id: "types",
      version: "1.0.0",
      steps: ({ step }) => {
        const polled = step("poll", {
          agent: search,
          input: { query: "" },
          repeat: { until: (output) => exists(output.tone), maxIterations: 3 },
        });
        expectTypeOf(polled.output).toEqualTypeOf<Ref<Found>>();
        step("wrong", {
          agent: search,
          input: { query: "" },
          // @ts-expect-error -- no such field
          repeat: { until: (output) => exists(output.tune), maxIterations: 3 },
        });
        step("undone", {
          agent: search,
          input: { query: "" },
          // @ts-expect-error -- the output may have no tone
          compensate: { agent: search, input: (output) => ({ query: output.tone }) },
        });
      },
    });
  });

  test("give a step that runs a workflow the workflow's types", () => {
    defineWorkflow({
      id: "types",
      version: "1.0.0",
      steps: ({ step }) => {
        const paid = step("pay", { workflow: payment, input: { amount: 1 } });
        expectTypeOf(paid.output.receipt).toEqualTypeOf<Ref<string>>();
        const many = step("many", {
          workflow: payment,
          forEach: { items: [1, 2] },
          input: (amount) => ({ amount }),
        });
        expectTypeOf(many.output[0].receipt).toEqualTypeOf<Ref<string>>();
        const named = step("named", { workflow: "registered", input: { anything: true } });
        expectTypeOf(named.output.whatever).toBeAny();
        // @ts-expect-error -- a string where a number is wanted
        step("wrong", { workflow: payment, input: { amount: "1" } });
        // @ts-expect-error -- no field of the output
        step("field", { agent: search, input: { query: paid.output.reciept } });
        // @ts-expect-error -- a policy of agents
        step("policy", { workflow: payment, input: { amount: 1 }, policies: { bulkhead: {} } });
      },
    });
  });

  test("give a wait null, or the payload that its signal is said to bring", () => {
    interface Approval {
      readonly by: string;
    }
    defineWorkflow({
      id: "types",
      version: "1.0.0",
      steps: ({ input, step, wait }) => {
        expectTypeOf(wait("time", { for: "1s" })).toEqualTypeOf<StepHandle<null>>();
        expectTypeOf(wait("until", { until: input.at, onError: "continue" })).toEqualTypeOf<
          StepHandle<null | undefined>
        >();
        expectTypeOf(wait("any", { signal: "x" })).toEqualTypeOf<StepHandle<unknown>>();
        expectTypeOf(wait<Approval>("sure", { signal: "x" })).toEqualTypeOf<StepHandle<Approval>>();
        const perhaps = wait<Approval>("perhaps", { signal: "x", condition: exists(input.x) });
        expectTypeOf(perhaps).toEqualTypeOf<StepHandle<Approval | undefined>>();
        const late = wait<Approval>("late", { signal: "x", timeout: "1d", onError: "continue" });
        expectTypeOf(late).toEqualTypeOf<StepHandle<Approval | undefined>>();
        const nobody = step("nobody", { run: (): Approval => ({ by: "nobody" }) });
        const covered = wait("covered", { signal: "x", timeout: "1d", fallback: nobody });
        expectTypeOf(covered).toEqualTypeOf<StepHandle<Approval>>();
        // @ts-expect-error -- a wait calls nothing
        expect(() => wait("wrong", { for: "1s", input: {}, until: "x" })).toThrow("exactly one");
      },
    });
  });
});
