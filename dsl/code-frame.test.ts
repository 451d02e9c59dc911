import { describe, expect, test } from "bun:test";
import { renderDiagnostic } from "./code-frame.ts";
import { compile } from "./compile.ts";

function rendered(
  text: string,
  tag = (kind: string) => (part: string) => (kind === "" ? part : part),
): readonly string[] {
  const colours = { error: tag("e"), warning: tag("w"), muted: tag("m"), fix: tag("f") };
  return compile(text).diagnostics.map((diagnostic) => renderDiagnostic(diagnostic, text, colours));
}

const head =
  '{ "version": "1.0.0", "metadata": { "id": "w", "name": "W" },\r\n"steps": [{ "id": "a", "agent": { "id": "@a/b" },';

describe("renderDiagnostic()", () => {
  test("shows the line before, the line, carets under the place and the fix", () => {
    expect(rendered(`${head}\n\t"input": "\${steps.b.output}" }] }`)).toEqual([
      `workflow.o8.json:3:20 error STEP_UNKNOWN No step has the id "b"
  2 | "steps": [{ "id": "a", "agent": { "id": "@a/b" },
  3 |  "input": "\${steps.b.output}" }] }
    |                    ^
  help: use one of "a"`,
    ]);
  });

  test("clips a long line around the place and keeps the carets under it", () => {
    const [frame = ""] = rendered(
      `${head} "input": ["${"x".repeat(500)}", "\${steps.wrong.output}", "${"y".repeat(500)}"] }] }`,
    );
    const [, source = "", carets = ""] = frame.split("\n");
    expect(source.length).toBeLessThan(115);
    expect(source.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("wrong");
  });

  test("keeps the carets under the place behind characters of two columns, of none, and tabs", () => {
    const source = `${head}\n\t"input": "漢字 👍 e\u0301 \${steps.b.output}" }] }`;
    const [, , line = "", carets = ""] = (rendered(source)[0] ?? "").split("\n");
    expect([line, carets]).toEqual([
      `  3 |  "input": "漢字 👍 e\u0301 \${steps.b.output}" }] }`,
      "    |                              ^",
    ]);
  });

  test("lets no control character of the file reach the terminal", () => {
    const frames = rendered(`${head} "\u001b[2J\u202e\u009b": 1, "input": "\u007f" }] }`);
    expect(frames.length).toBeGreaterThan(0);
    expect(/[\p{Cc}\p{Cf}]/u.test(frames.join("").replaceAll("\n", ""))).toBe(false);
  });

  test("colours through the functions it is given", () => {
    const [frame = ""] = rendered(`${head} "inputs": 1 }] }`, (kind) => (part) => `<${kind}>${part}</${kind}>`);
    expect(frame).toContain("<e>error SCHEMA_UNKNOWN_KEY</e>");
    expect(frame).toContain("<e>^^^^^^^^</e>");
    expect(frame).toContain('<f>  help: did you mean "input"?</f>');
  });

  test("shows the pointer when there is no text", () => {
    const diagnostic = {
      code: "STEP_UNKNOWN",
      severity: "error",
      message: "No step",
      file: "body",
      pointer: "/steps/0",
    } as const;
    expect(renderDiagnostic(diagnostic, "")).toBe("body/steps/0 error STEP_UNKNOWN No step");
  });
});
