import { describe, expect, test } from "bun:test";
import { commandTable } from "../command-table.ts";
import { completeWords } from "./complete-words.ts";

async function complete(line: string): Promise<readonly string[]> {
  const places = async (kind: string, typed: string) => [{ text: `<${kind}>` }, { text: `${typed}…` }];
  const words = line.split(" ").slice(1);
  return (await completeWords(words, commandTable, places)).map(({ text }) => text);
}

describe("completeWords()", () => {
  test.each([
    ["orchestr8 re", ["resume", "rerun", "replay", "restart"]],
    ["orchestr8 che", ["check"]],
    ["orchestr8 help lo", ["logs"]],
    ["orchestr8 run --dur", ["--durability"]],
    ["orchestr8 run --durability f", ["full", "fast"]],
    ["orchestr8 run --durability=f", ["--durability=full", "--durability=fast"]],
    ["orchestr8 run --json --js", []],
    ["orchestr8 run --env A --en", ["--env", "--env-file"]],
    ["orchestr8 run gr", ["gr…"]],
    ["orchestr8 run --quiet ", ["<workflow>", "…"]],
    ["orchestr8 run flow.ts ", []],
    ["orchestr8 run --input a=1 gr", ["gr…"]],
    ["orchestr8 run --input-file in", ["in…"]],
    ["orchestr8 validate a.ts b", ["b…"]],
    ["orchestr8 inspect ", ["<execution>", "…"]],
    ["orchestr8 signal latest app", []],
    ["orchestr8 completions z", ["zsh"]],
    ["orchestr8 frobnicate ", []],
    ["orchestr8 list --help", ["--help"]],
  ])("%s", async (line, expected) => {
    expect(await complete(line)).toEqual(expected);
  });

  test("offers every command once, with what it does", async () => {
    const found = await completeWords([""], commandTable, async () => []);
    const names = found.map(({ text }) => text);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain("doctor");
    expect(found.every(({ description }) => description !== undefined)).toBe(true);
  });
});
