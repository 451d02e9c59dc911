import { describe, expect, expectTypeOf, test } from "bun:test";
import fc from "fast-check";
import { parseArguments } from "./parse-arguments.ts";

const definitions = {
  file: { type: "positional", required: true, description: "" },
  more: { type: "positional", required: false, repeatable: true, description: "" },
  input: { type: "string", repeatable: true, description: "" },
  timeout: { type: "string", description: "" },
  output: { type: "enum", options: ["human", "json"], description: "" },
  quiet: { type: "boolean", alias: "q", description: "" },
} as const;

describe("parseArguments()", () => {
  test("types every value by its definition", () => {
    const values = parseArguments(definitions, ["x"]);
    expectTypeOf(values).toEqualTypeOf<{
      readonly file: string;
      readonly more: readonly string[];
      readonly input: readonly string[];
      readonly timeout: string | undefined;
      readonly output: "human" | "json" | undefined;
      readonly quiet: boolean;
    }>();
    expect(values).toEqual({ file: "x", more: [], input: [], timeout: undefined, output: undefined, quiet: false });
  });

  test("takes flags in any place and any spelling", () => {
    const expected = {
      file: "x",
      more: ["y", "-"],
      input: ["a", "b"],
      timeout: "1s",
      output: "json" as const,
      quiet: true,
    };
    for (const line of [
      "x y - --input a --input b --timeout 1s --output json --quiet",
      "--input=a x -q --timeout=1s y --output=json --input b -",
      "-q --input a --input b --timeout 1s --output json -- x y -",
    ]) {
      expect(parseArguments(definitions, line.split(" "))).toEqual(expected);
    }
  });

  test("gives back any values, also those that look like flags", () => {
    const text = fc.oneof(fc.string(), fc.constantFrom("--no-quiet", "--", "-", "--input", "false", "-q", "a=b"));
    fc.assert(
      fc.property(fc.array(text), text, fc.array(text, { minLength: 1 }), (inputs, timeout, positionals) => {
        const flags = [...inputs.map((input) => `--input=${input}`), `--timeout=${timeout}`];
        const { file, more, input, quiet, ...rest } = parseArguments(definitions, [...flags, "--", ...positionals]);
        expect({ positionals: [file, ...more], input, quiet, rest }).toEqual({
          positionals,
          input: inputs,
          quiet: false,
          rest: { timeout, output: undefined },
        });
      }),
    );
  });
});
