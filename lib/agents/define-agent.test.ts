import { describe, expect, expectTypeOf, test } from "bun:test";
import * as v from "valibot";
import type { Agent, AgentContext, AnyAgent } from "./agent.ts";
import { BaseAgent } from "./base-agent.ts";
import { type DefinedAgent, defineAgent } from "./define-agent.ts";
import { helloWorld } from "./hello-world.ts";
import { createAgentRegistry } from "./registry.ts";
import { createChecks } from "./validate.ts";

const context: AgentContext = {
  executionId: "execution",
  item: undefined,
  stepId: "step",
  attempt: 1,
  idempotencyKey: "execution:step",
  correlationId: "execution",
  deadline: 0,
  config: undefined,
  resource: undefined,
  secrets: {},
  logger: { debug() {}, info() {}, warn() {}, error() {} },
  fetch: globalThis.fetch,
  progress() {},
};
const { signal } = new AbortController();

describe("defineAgent()", () => {
  test("infers the input of execute from a Standard Schema, after its defaults", () => {
    const agent = defineAgent({
      id: "@test/a",
      version: "1.0.0",
      input: v.object({ query: v.string(), limit: v.optional(v.number(), 10) }),
      output: v.object({ items: v.array(v.string()) }),
      execute: ({ query, limit }) => {
        expectTypeOf(query).toEqualTypeOf<string>();
        expectTypeOf(limit).toEqualTypeOf<number>();
        return { items: [query] };
      },
    });
    expectTypeOf(agent).toEqualTypeOf<
      DefinedAgent<{ query: string; limit?: number | undefined }, { query: string; limit: number }, { items: string[] }>
    >();
    expect(Object.isFrozen(agent)).toBe(true);
  });

  test("infers from execute when there is no Standard Schema", () => {
    const agent = defineAgent({
      id: "@test/a",
      version: "1.0.0",
      input: { type: "object" },
      execute: async (input: { a: number }) => ({ twice: input.a * 2 }),
    });
    expectTypeOf(agent.execute({ a: 1 }, context, signal)).toEqualTypeOf<
      { twice: number } | Promise<{ twice: number }>
    >();
    expectTypeOf(agent).toExtend<AnyAgent>();
  });

  test("refuses a result that the output schema does not describe", () => {
    defineAgent({
      id: "@test/a",
      version: "1.0.0",
      output: v.object({ n: v.number() }),
      // @ts-expect-error -- a string where a number is wanted
      execute: () => ({ n: "1" }),
    });
  });

  test("throws for an id or version that steps could not name", () => {
    expect(() => defineAgent({ id: "search", version: "1.0.0", execute: () => 1 })).toThrow(
      new TypeError('Cannot define agent "search": id must be "@scope/name" in lower case'),
    );
    expect(() => defineAgent({ id: "@test/a", version: "one", execute: () => 1 })).toThrow(
      new TypeError('Cannot define agent "@test/a": version must be semver such as "1.0.0", got "one"'),
    );
  });
});

describe("BaseAgent", () => {
  class Greeter extends BaseAgent<{ readonly name: string }, string> {
    readonly id = "@test/greeter";
    readonly version = "1.0.0";
    override readonly input = v.object({ name: v.string() });
    readonly #greeting: string;

    constructor(greeting: string) {
      super();
      this.#greeting = greeting;
    }

    execute({ name }: { readonly name: string }): string {
      return `${this.#greeting} ${name}`;
    }

    override validate({ name }: { readonly name: string }): void {
      if (name === "nobody") throw new RangeError("Cannot greet: there is nobody");
    }
  }

  test("is an agent with the state of its class", async () => {
    const agent = createAgentRegistry([new Greeter("Hello")]).get("@test/greeter");
    expect(await agent.execute({ name: "Ada" }, context, signal)).toBe("Hello Ada");
    expect(() => agent.validate?.({ name: "nobody" })).toThrow(new RangeError("Cannot greet: there is nobody"));
    expect(Object.keys(createChecks(agent))).toEqual(["input"]);
    expectTypeOf<Greeter>().toExtend<Agent<{ readonly name: string }, string>>();
  });
});

describe("@orchestr8/hello-world", () => {
  test("gives back the message as it is", async () => {
    const checks = createChecks(helloWorld);
    const message = "${steps.x.output} \u0000 ünï";
    const input = { message };
    expect(checks.input?.(input)).toBe(input);
    expect(checks.output?.(await helloWorld.execute(input, context, signal))).toEqual({ result: message });
  });

  test("takes nothing but a message", () => {
    expect(() => createChecks(helloWorld).input?.({ text: "x" })).toThrow(
      'Cannot call agent "@orchestr8/hello-world": its input does not fit its schema: must have the property "message", and 1 more',
    );
  });
});
