import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dir, "../..");

/** All that is loaded with a file, by path or by the name of a package; what is imported when it is needed is not. */
function loadedWith(...files: readonly string[]): ReadonlySet<string> {
  const loaded = new Set(files);
  // A set visits what is added while it is walked.
  for (const file of loaded) {
    if (!file.endsWith(".ts")) continue;
    for (const [, specifier = ""] of readFileSync(join(root, file), "utf8").matchAll(
      /^(?:import|export) (?!type )(?:[^;"]*? from )?"([^"]+)";$/gm,
    )) {
      loaded.add(specifier.startsWith(".") ? relative(root, resolve(root, dirname(file), specifier)) : specifier);
    }
  }
  return loaded;
}

test("a run on a server loads neither the server nor the engine into its own process", () => {
  const loaded = loadedWith("cli/run-loaded.ts", "cli/server-process/try-server.ts");
  expect(loaded).toContain("server/client/client.ts");
  const heavy = ["elysia", "srvx", "open", "server/app.ts", "lib/engine/create-engine.ts", "cli/serve.ts"];
  expect(heavy.filter((name) => loaded.has(name))).toEqual([]);
});

test("what a server checks loads no language, and nothing that takes a runtime long to make", () => {
  const loaded = loadedWith("cli/main.ts", "cli/commands/run.ts", "cli/run-workflow.ts");
  expect(loaded).toContain("server/client/client.ts");
  const packages = [...loaded].filter((name) => !name.endsWith(".ts") && !name.startsWith("node:"));
  expect(packages.toSorted()).toEqual(["citty", "consola/core"]);
  const slow = [
    "dsl/compile.ts",
    "lib/agents/built-in.ts",
    "node:crypto",
    "node:http",
    "node:stream",
    "node:child_process",
  ];
  expect(slow.filter((name) => loaded.has(name))).toEqual([]);
});
