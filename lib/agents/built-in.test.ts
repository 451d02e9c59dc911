import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createEngine } from "../engine/create-engine.ts";
import { isJsonObject, type JsonSchema } from "../json.ts";
import { builtInIds } from "./built-in-ids.ts";
import { builtInAgents } from "./built-in.ts";
import { jsonSchemaOf } from "./json-schema-of.ts";
import { validatorFor } from "./json-schema.ts";

/** What a module loads as it is loaded itself, types and `import()` aside. */
function loaded(path: string, found = new Set<string>()): ReadonlySet<string> {
  const text = readFileSync(path, "utf8");
  for (const [, specifier = ""] of text.matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)";$/gm)) {
    const target = specifier.startsWith(".") ? join(dirname(path), specifier) : specifier;
    if (found.has(target)) continue;
    found.add(target);
    if (specifier.startsWith(".")) loaded(target, found);
  }
  return found;
}

test("the ids that are known without loading the agents are those of the agents", () => {
  expect([...builtInIds]).toEqual(builtInAgents.map(({ id }) => id));
});

describe("the built-in agents", () => {
  test("load what they need of the machine with their first call", () => {
    const heavy = /^ipaddr\.js$|^node:|(?:http-client|file-store|command-runner)\.ts$/;
    const modules = [...loaded(join(import.meta.dir, "built-in.ts"))];
    expect(modules.filter((module) => module.endsWith("http-agent.ts"))).toHaveLength(1);
    expect(modules.filter((module) => heavy.test(module))).toEqual([]);
  });

  const described = builtInAgents.flatMap((agent) =>
    (["input", "output", "config"] as const).flatMap((part) => {
      const schema = agent[part] && jsonSchemaOf(agent[part], "input");
      return schema === undefined ? [] : [[`the ${part} of ${agent.id}`, schema] as const];
    }),
  );

  test.each(described)("describe %s in a schema that compiles", (_name, schema) => {
    expect(() => validatorFor(schema)).not.toThrow();
  });

  test.each(described.filter(([name]) => !name.includes("hello-world")))(
    "say what every key means in %s",
    (_name, schema) => {
      expect(undescribed(schema)).toEqual([]);
    },
  );

  test("that touch files and programs are there only for an operator who configures them", () => {
    const engine = createEngine({ agentConfig: { "@orchestr8/file": { root: "." } } });
    expect(engine.agents.ids()).toEqual(builtInAgents.map(({ id }) => id).toSorted());
    // @ts-expect-error -- a folder is wanted
    expect(() => createEngine({ agentConfig: { "@orchestr8/file": {} } })).toThrow(
      'Cannot configure agent "@orchestr8/file": its config does not fit its schema: must have the property "root"',
    );
    // @ts-expect-error -- a program is wanted
    expect(() => createEngine({ agentConfig: { "@orchestr8/command": { programs: { x: [] } } } })).toThrow(
      'Cannot configure agent "@orchestr8/command": its config at "/programs/x" does not fit its schema',
    );
  });
});

function undescribed(schema: JsonSchema): readonly string[] {
  const properties = isJsonObject(schema) && isJsonObject(schema["properties"]) ? schema["properties"] : {};
  return Object.entries(properties).flatMap(([key, property]) =>
    isJsonObject(property) && typeof property["description"] === "string" ? [] : [key],
  );
}
