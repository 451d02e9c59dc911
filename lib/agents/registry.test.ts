import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { AgentNotFoundError } from "../errors.ts";
import type { AnyAgent } from "./agent.ts";
import { helloWorld } from "./hello-world.ts";
import { createAgentRegistry } from "./registry.ts";

function agent(version: string, id = "@test/a"): AnyAgent {
  return { id, version, execute: () => version };
}

describe("createAgentRegistry()", () => {
  test("lists ids in alphabetical order and versions from the newest", () => {
    const agents = [agent("1.0.0", "@test/b"), agent("1.2.0"), agent("1.10.0"), agent("2.0.0-rc.1")];
    const registry = createAgentRegistry(agents);
    expect(registry.ids()).toEqual(["@test/a", "@test/b"]);
    expect(registry.versions("@test/a")).toEqual(["2.0.0-rc.1", "1.10.0", "1.2.0"]);
    expect(registry.versions("@test/none")).toEqual([]);
    expect(new Set(registry)).toEqual(new Set(agents));
  });

  const matches: [string | undefined, string | undefined][] = [
    [undefined, "1.10.0"],
    ["*", "1.10.0"],
    ["^1.0.0", "1.10.0"],
    ["~1.2.0", "1.2.0"],
    ["<1.10.0", "1.2.0"],
    ["1.2.0", "1.2.0"],
    ["^2.0.0-rc.0", "2.0.0-rc.1"],
    ["^2.0.0", undefined],
    ["not a range", undefined],
  ];
  test.each(matches)("finds for the range %p the version %p", (range, version) => {
    const registry = createAgentRegistry([agent("1.2.0"), agent("2.0.0-rc.1"), agent("1.10.0")]);
    expect(registry.find("@test/a", range)?.version).toBe(version);
  });

  test("finds a prerelease without a range when there is nothing else", () => {
    expect(createAgentRegistry([agent("0.1.0-beta.2")]).find("@test/a")?.version).toBe("0.1.0-beta.2");
  });

  test("finds the same agent in whatever order the versions came", () => {
    const versions = ["0.9.0", "1.0.0", "1.0.1", "1.1.0", "2.0.0"];
    fc.assert(
      fc.property(fc.shuffledSubarray(versions, { minLength: 5 }), (shuffled) => {
        const registry = createAgentRegistry(shuffled.map((version) => agent(version)));
        expect(registry.versions("@test/a")).toEqual(versions.toReversed());
        expect(registry.find("@test/a", "^1.0.0")?.version).toBe("1.1.0");
      }),
    );
  });

  test("refuses to replace a version, and keeps the first", () => {
    const first = agent("1.0.0");
    const registry = createAgentRegistry([first]);
    expect(() => registry.register(agent("1.0.0"))).toThrow(
      new TypeError('Cannot register agent "@test/a": version 1.0.0 is already registered'),
    );
    expect(registry.get("@test/a")).toBe(first);
  });

  const invalid: [string, AnyAgent, string][] = [
    [
      "an id without a scope",
      agent("1.0.0", "hello"),
      'Cannot define agent "hello": id must be "@scope/name" in lower case',
    ],
    [
      "an upper-case id",
      agent("1.0.0", "@Test/a"),
      'Cannot define agent "@Test/a": id must be "@scope/name" in lower case',
    ],
    [
      "a version with a v",
      agent("v1.0.0"),
      'Cannot define agent "@test/a": version must be semver such as "1.0.0", got "v1.0.0"',
    ],
    [
      "a version with two parts",
      agent("1.0"),
      'Cannot define agent "@test/a": version must be semver such as "1.0.0", got "1.0"',
    ],
  ];
  test.each(invalid)("refuses %s", (_name, refused, message) => {
    expect(() => createAgentRegistry([refused])).toThrow(new TypeError(message));
  });

  test("takes a version with build metadata", () => {
    expect(createAgentRegistry([agent("1.0.0+build.5")]).versions("@test/a")).toEqual(["1.0.0+build.5"]);
  });

  const missing: [string, string | undefined, string][] = [
    [
      "@orchestr8/helo-world",
      undefined,
      'Cannot find agent "@orchestr8/helo-world": no agent has this id; the nearest are "@orchestr8/hello-world", "@test/a"',
    ],
    ["@test/a", "^2.0.0", 'Cannot find agent "@test/a": no version satisfies "^2.0.0" (registered: 1.0.0)'],
    ["@test/a", "latest", 'Cannot find agent "@test/a": "latest" is not a semver range'],
  ];
  test.each(missing)("says what there is instead of %p in %p", (id, range, message) => {
    const registry = createAgentRegistry([helloWorld, agent("1.0.0")]);
    expect(() => registry.get(id, range)).toThrow(new AgentNotFoundError(message));
  });

  test("says so when nothing is registered", () => {
    expect(() => createAgentRegistry().get("@test/a")).toThrow(
      new AgentNotFoundError('Cannot find agent "@test/a": no agent is registered'),
    );
  });
});
