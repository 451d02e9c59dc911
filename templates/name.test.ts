import { describe, expect, test } from "bun:test";
import { assertName, parsePackageName, type ScaffoldKind } from "./name.ts";
import { ScaffoldError } from "./scaffold-error.ts";

function refusal(work: () => unknown): Pick<ScaffoldError, "code" | "message" | "fix"> {
  try {
    work();
  } catch (error) {
    if (error instanceof ScaffoldError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("assertName()", () => {
  test.each(["a", "my-app", "app2", "a1-b2-c3", "a".repeat(64), "constructor", "delete"])("takes %s", (name) => {
    expect(() => assertName("agent", name)).not.toThrow();
  });

  test.each([
    ["nothing", ""],
    ["a dot", "."],
    ["two dots", ".."],
    ["a leading dot", ".app"],
    ["an extension", "app.agent"],
    ["a trailing dot, which Windows drops", "app."],
    ["a trailing space, which Windows drops", "app "],
    ["a leading dash, which reads as a flag", "-rf"],
    ["a trailing dash", "app-"],
    ["two dashes", "a--b"],
    ["a leading digit", "3d"],
    ["a leading underscore", "_app"],
    ["capitals, which npm refuses", "App"],
    ["a way up", "../../etc/cron"],
    ["a way down", "a/b"],
    ["Windows's way down", "a\\b"],
    ["an absolute path", "/etc/passwd"],
    ["a drive", "c:app"],
    ["a stream of a Windows file", "app:stream"],
    ["a URL", "https://evil.test"],
    ["an escaped slash", "a%2fb"],
    ["NUL", "app\u0000"],
    ["a line end", "app\nx"],
    ["an escape sequence", "app\u001B[2J"],
    ["a letter that looks like one", "аpp"],
    ["a full-width letter", "ａpp"],
    ["a ligature", "ﬁle"],
    ["an accent", "café"],
    ["a mark that turns reading around", "app\u202Egnp"],
    ["a mark that is not seen", "a\u200Bpp"],
    ["a slash that is none", "a\u2215b"],
    ["the letter K that is a unit", "\u212Aey"],
    ["half a character", "app\uD800"],
    ["a quote", "a'b"],
    ["a command", "$(id)"],
    ["a template", "${x}"],
    ["a device of Windows", "con"],
    ["another one", "lpt1"],
    ["65 characters", "a".repeat(65)],
    ["a megabyte", "a".repeat(1_000_000)],
  ])("refuses %s", (_, name) => {
    const { code, message } = refusal(() => assertName("agent", name));
    expect(code).toBe("USAGE");
    // What is shown cannot steer a terminal.
    expect(message).not.toMatch(/[\p{C}\u2028\u2029]/u);
    expect(message.length).toBeLessThan(500);
  });

  test.each<[ScaffoldKind, string]>([
    ["project", "fs"],
    ["project", "orchestr8"],
    ["agents package", "typescript"],
    ["agents package", "bun"],
  ])("refuses a %s that hides the package %s", (kind, name) => {
    expect(refusal(() => assertName(kind, name)).message).toBe(
      `Cannot create ${kind} "${name}": there is a package of that name, which it would hide`,
    );
    expect(() => assertName("agent", name)).not.toThrow();
  });

  test.each([
    ["My App", "my-app"],
    ["myApp", "my-app"],
    ["Café 2", "cafe-2"],
    ["../my_app/", "my-app"],
    ["2-fast", "fast"],
  ])("suggests for %s the name %s", (name, better) => {
    expect(refusal(() => assertName("project", name)).fix).toBe(`use "${better}"`);
  });

  test.each(["", "..", "con", "日本"])("suggests nothing where nothing is near: %j", (name) => {
    expect(refusal(() => assertName("project", name)).fix).toBeUndefined();
  });
});

describe("parsePackageName()", () => {
  test("takes a name with a scope", () => {
    expect(parsePackageName("@acme/agents")).toEqual({ scope: "acme", base: "agents" });
  });

  test.each([
    "agents",
    "@acme",
    "@/agents",
    "@acme/",
    "@acme/a/b",
    "@../agents",
    "@acme/..",
    "acme/agents",
    "@@a/b",
    "@a/\nb",
  ])("refuses %j", (name) => {
    expect(refusal(() => parsePackageName(name)).code).toBe("USAGE");
  });
});
