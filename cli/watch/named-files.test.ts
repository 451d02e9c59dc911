import { afterAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { namedFiles } from "./named-files.ts";

const folder = createTestFolder();
afterAll(() => folder[Symbol.dispose]());
mkdirSync(join(folder.path, "agents"));

function names(files: readonly string[]): readonly string[] {
  return files.map((file) => file.slice(folder.path.length + 1));
}

test("namedFiles() follows imports and children of files, in circles as well", async () => {
  folder.write("flow.ts", `import { a } from "./agents/a.js";\nimport "orchestr8";\nworkflowFile('./child.o8.json')`);
  folder.write("agents/a.ts", `import { b } from "./b"; import "../flow.ts"; const prompt = "../prompt.txt";`);
  folder.write("agents/b.ts", `export {}; // "./absent.ts"`);
  folder.write("prompt.txt", "Be kind");
  folder.write("child.o8.json", `{ "steps": [{ "workflow": { "file": "./grandchild.o8.json" } }] }`);
  folder.write("grandchild.o8.json", "{}");
  expect(names(await namedFiles(join(folder.path, "flow.ts"))).toSorted()).toEqual([
    "agents/a.ts",
    "agents/b.ts",
    "child.o8.json",
    "flow.ts",
    "grandchild.o8.json",
    "prompt.txt",
  ]);
});

test("namedFiles() gives the file itself, also where there is none yet", async () => {
  expect(names(await namedFiles(join(folder.path, "later.ts")))).toEqual(["later.ts"]);
});
