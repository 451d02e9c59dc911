import { describe, expect, test } from "bun:test";
import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import { compile } from "../compile.ts";
import { outputType } from "./output-type.ts";

const file = {
  version: "1.0.0",
  metadata: { id: "child", name: "child" },
  steps: [{ id: "only", agent: { id: "@orchestr8/hello-world" } }],
  output: { said: "Hello ${input.name}", given: "${input}" },
};

/** The type of what a workflow with one step gives, which may run `./child.o8.json`. */
function typeOf(step: object, output?: string | object, rest: object = {}): string {
  const { workflow: child } = compile(JSON.stringify(file));
  const document = {
    version: "1.0.0",
    metadata: { id: "w", name: "w" },
    context: { environment: ["REGION"], variables: { limits: [1, 2] } },
    steps: [{ id: "a", ...step }],
    output,
    ...rest,
  };
  const files = { open: () => ({ workflow: child, diagnostics: [], texts: new Map() }) };
  const { workflow, diagnostics } = compile(JSON.stringify(document), { files });
  if (workflow === undefined) throw new Error(`does not compile: ${diagnostics[0]?.message}`);
  return outputType({ workflow, agents: withBuiltIns([]), names: { prefix: "Output", texts: new Map() } });
}

const agent = { id: "@orchestr8/hello-world" };
const schema = { type: "object", properties: { n: { type: "integer" } }, required: ["n"] };

describe("outputType()", () => {
  test("takes what a step says of its output for what its agent says", () => {
    expect(typeOf({ agent })).toBe("{ readonly a: { readonly result: string } }");
    expect(typeOf({ agent, output: { schema, redact: ["n"] } })).toBe("{ readonly a: { readonly n: number } }");
    expect(typeOf({ workflow: { id: "other" }, output: { schema } }, "${steps.a.output.n}")).toBe("number");
    expect(typeOf({ agent, output: { schema }, forEach: { items: "[1]" } }, "${steps.a.output}")).toBe(
      "readonly { readonly n: number }[]",
    );
  });

  test("knows what a file gives", () => {
    const workflow = { file: "./child.o8.json" };
    expect(typeOf({ workflow })).toBe("{ readonly a: { readonly said: string; readonly given: unknown } }");
    expect(typeOf({ workflow }, "${steps.a.output.said}")).toBe("string");
    expect(typeOf({ workflow: { id: "child" } })).toBe("{ readonly a: unknown }");
  });

  test("knows that environment variables are texts", () => {
    expect(typeOf({ agent }, "${env.REGION}")).toBe("string");
  });

  test.each([
    ["${1}", "1"],
    ["${execution.id == 'x'}", "boolean"],
    ["${!(input.a && true || false)}", "boolean"],
    ["${length('abc')}", "number"],
    ["${json(input)}", "string"],
    ["${exists(input.a)}", "boolean"],
    ["${variables.limits[0]}", "1"],
    ["${variables.limits}", "readonly [1, 2]"],
    ["${steps.a.status}", 'import("orchestr8").StepStatus'],
    ["${steps.a.error ?? null}", "unknown"],
    ["${input.maybe ?? 0}", "NonNullable<string | null> | 0"],
    ["${input.names[3]}", "string"],
    ["${input.pair[1]}", "number"],
    ["${input.map.any}", "boolean"],
    ["${input.linked.name}", "string"],
    ["${input.either}", "string | number"],
    ["${input.unheard}", "unknown"],
  ])("tells of %s that it gives %s", (output, type) => {
    const input = {
      type: "object",
      properties: {
        maybe: { type: ["string", "null"] },
        names: { type: "array", items: { type: "string" } },
        pair: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }] },
        map: { type: "object", additionalProperties: { type: "boolean" } },
        linked: { $ref: "#/$defs/linked" },
        either: { anyOf: [{ type: "string" }, { type: "number" }] },
      },
      additionalProperties: {},
      $defs: { linked: { type: "object", properties: { name: { type: "string" } }, required: ["name"] } },
    };
    expect(typeOf({ agent }, output, { input })).toBe(type);
  });

  test("puts objects and arrays of a template together", () => {
    expect(typeOf({ agent }, { list: ["${env.REGION}", 1], fixed: true })).toBe(
      "{ readonly list: readonly [string, 1]; readonly fixed: true }",
    );
  });
});
