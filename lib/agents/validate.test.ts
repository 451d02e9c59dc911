import { describe, expect, test } from "bun:test";
import * as v from "valibot";
import { ValidationError } from "../errors.ts";
import { defineAgent } from "./define-agent.ts";
import { checkWorkflowInput, createChecks } from "./validate.ts";

function errorOf(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const byJsonSchema = defineAgent({
  id: "@test/json",
  version: "1.0.0",
  input: { type: "object", properties: { n: { type: "number" }, unit: { default: "km" } }, required: ["n"] },
  output: { type: "object", properties: { ok: { default: true } } },
  config: { type: "object", properties: { retries: { type: "integer", default: 2 } } },
  execute: () => ({}),
});

const byStandardSchema = defineAgent({
  id: "@test/standard",
  version: "1.0.0",
  input: v.object({ n: v.pipe(v.string(), v.transform(Number)), unit: v.optional(v.string(), "km") }),
  output: v.strictObject({ "a/b": v.string() }),
  execute: () => ({ "a/b": "" }),
});

describe("createChecks()", () => {
  test("makes no check where there is no schema", () => {
    expect(createChecks(defineAgent({ id: "@test/none", version: "1.0.0", execute: () => 1 }))).toEqual({});
  });

  test("fills the defaults of input and config, but leaves an output as the agent gave it", () => {
    const checks = createChecks(byJsonSchema);
    const output = {};
    expect(checks.input?.({ n: 1 })).toEqual({ n: 1, unit: "km" });
    expect(checks.config?.({})).toEqual({ retries: 2 });
    expect(checks.output?.(output)).toBe(output);
  });

  test("gives the same input when it lacks nothing", () => {
    const input = { n: 1, unit: "m" };
    expect(createChecks(byJsonSchema).input?.(input)).toBe(input);
  });

  test("gives what a Standard Schema makes of the value, at once if that is synchronous", () => {
    expect(createChecks(byStandardSchema).input?.({ n: "3" })).toEqual({ n: 3, unit: "km" });
  });

  test("names the agent, the side and every place that does not fit", () => {
    const checks = createChecks(byJsonSchema);
    const rejected = errorOf(() => checks.input?.({ n: "secret" }));
    expect(rejected).toBeInstanceOf(ValidationError);
    expect(rejected).toMatchObject({
      message: 'Cannot call agent "@test/json": its input at "/n" does not fit its schema: must be a number',
      issues: [{ pointer: "/n", message: "must be a number" }],
    });
    expect(errorOf(() => checks.output?.([]))).toMatchObject({
      message: 'Cannot accept the result of agent "@test/json": its output does not fit its schema: must be an object',
    });
    expect(errorOf(() => checks.config?.({ retries: 0.5 }))).toMatchObject({
      message:
        'Cannot configure agent "@test/json": its config at "/retries" does not fit its schema: must be an integer',
    });
  });

  test("never repeats the value that a Standard Schema received", () => {
    const checks = createChecks(byStandardSchema);
    const rejected = errorOf(() => checks.output?.({ "a/b": 1, "top secret": "hunter2" }));
    expect(rejected).toMatchObject({
      message:
        'Cannot accept the result of agent "@test/standard": its output at "/a~1b" does not fit its schema: Invalid type: Expected string, and 1 more',
      issues: [
        { pointer: "/a~1b", message: "Invalid type: Expected string" },
        { pointer: "/top secret", message: "Invalid key: Expected never" },
      ],
    });
    expect(errorOf(() => checks.input?.("hunter2"))).toMatchObject({
      issues: [{ pointer: "", message: "Invalid type: Expected Object" }],
    });
  });

  test("waits for an asynchronous Standard Schema", async () => {
    const agent = defineAgent({
      id: "@test/async",
      version: "1.0.0",
      input: v.pipeAsync(
        v.string(),
        v.checkAsync(async (text) => text !== "no", "must not be no"),
      ),
      execute: (text) => text,
    });
    const { input } = createChecks(agent);
    expect(await input?.("yes")).toBe("yes");
    const rejected: unknown = await Promise.resolve(input?.("no")).catch((error: unknown) => error);
    expect(rejected).toMatchObject({
      message: 'Cannot call agent "@test/async": its input does not fit its schema: must not be no',
    });
  });

  test("goes by the issues alone, because valibot gives a value with them", () => {
    const checks = createChecks({
      ...byStandardSchema,
      input: {
        "~standard": {
          version: 1,
          vendor: "test",
          validate: () => ({ value: "looks fine", issues: [{ message: "is not" }] }),
        },
      },
    });
    expect(errorOf(() => checks.input?.({}))).toMatchObject({ issues: [{ pointer: "", message: "is not" }] });
  });

  test("refuses an agent whose schema is malformed, naming it", () => {
    const agent = { ...byJsonSchema, input: { type: "strnig" } };
    expect(() => createChecks(agent)).toThrow(
      new TypeError('Cannot call agent "@test/json": its input schema must be a JSON Schema'),
    );
  });
});

describe("checkWorkflowInput()", () => {
  const schema = {
    type: "object",
    properties: { topic: { type: "string" }, depth: { default: 1 } },
    required: ["topic"],
  };

  test("gives the input with its defaults", () => {
    expect(checkWorkflowInput("research", schema, { topic: "tides" })).toEqual({ topic: "tides", depth: 1 });
  });

  test("names the workflow and the place when the input does not fit", () => {
    expect(errorOf(() => checkWorkflowInput("research", schema, {}))).toMatchObject({
      code: "VALIDATION",
      message: 'Cannot run workflow "research": its input does not fit its schema: must have the property "topic"',
    });
  });
});
