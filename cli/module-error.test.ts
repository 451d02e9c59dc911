import { describe, expect, test } from "bun:test";
import { moduleError } from "./module-error.ts";

const file = "file:///home/ada/flows/syntax.ts";

/** What is thrown where this test does not run: by Node 22, and by jiti on Node 20. */
function thrown(message: string, stack: string): Error {
  return Object.assign(new Error(message), { stack });
}

describe("moduleError()", () => {
  test.each([
    [
      "Node that cannot parse it",
      thrown(
        "Expression expected",
        `${file}:2\nconst a: number = 1;\nconst b = ;\n          ^\n\nSyntaxError: Expression expected`,
      ),
      { reason: "Expression expected", place: "flows/syntax.ts:2:11" },
    ],
    [
      "jiti that cannot parse it",
      thrown("ParseError: Unexpected token  \n /home/ada/flows/syntax.ts:2:10", ""),
      { reason: "Unexpected token", place: "flows/syntax.ts:2:10" },
    ],
    [
      "a module that is not there",
      thrown(
        "Cannot find module './x.ts'\nRequire stack:\n- /home/ada/flows/a.ts",
        "Error\n    at f (node:internal/x:1:1)",
      ),
      { reason: "Cannot find module './x.ts'", place: undefined },
    ],
    [
      "a package that the module calls",
      thrown("no", "Error: no\n    at f (/home/ada/node_modules/x/y.js:1:2)\n    at /home/bob/z.ts:3:4"),
      { reason: "no", place: "/home/bob/z.ts:3:4" },
    ],
    ["what is no error", "no", { reason: "no", place: undefined }],
  ])("finds the place in what is thrown by %s", (_, error, expected) => {
    expect(moduleError(error, "/home/ada")).toEqual(expected);
  });
});
