import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { renderTemplate, type TemplateName } from "./template.ts";
import { version } from "./version.ts";

const values = { project: "my-app", scope: "acme", name: "sum-up" };
const templates: readonly TemplateName[] = [
  "project",
  "agent",
  "json-workflow",
  "typescript-workflow",
  "agents-package",
];

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

function manifestOf(template: TemplateName): Manifest {
  return JSON.parse(renderTemplate(template, values).find(({ path }) => path === "package.json")?.text ?? "{}");
}

function manifestIn(folder: string): Manifest {
  return JSON.parse(readFileSync(join(resolve(import.meta.dir, folder), "package.json"), "utf8"));
}

describe("renderTemplate()", () => {
  test.each<[TemplateName, readonly string[]]>([
    [
      "project",
      [
        ".github/workflows/ci.yml",
        ".gitignore",
        ".vscode/settings.json",
        "README.md",
        "agents/greeter.agent.ts",
        "agents/greeter.test.ts",
        "package.json",
        "tsconfig.json",
        "workflows/hello.o8.json",
        "workflows/hello.test.ts",
        "workflows/welcome.test.ts",
        "workflows/welcome.workflow.ts",
      ],
    ],
    ["agent", ["agents/sum-up.agent.ts", "agents/sum-up.test.ts"]],
    ["json-workflow", ["workflows/sum-up.o8.json", "workflows/sum-up.test.ts"]],
    ["typescript-workflow", ["workflows/sum-up.test.ts", "workflows/sum-up.workflow.ts"]],
    [
      "agents-package",
      [
        ".github/workflows/ci.yml",
        ".gitignore",
        "README.md",
        "agents/greeter.agent.ts",
        "agents/greeter.test.ts",
        "index.ts",
        "package.json",
        "tsconfig.build.json",
        "tsconfig.json",
      ],
    ],
  ])("gives for %s these files and no others", (template, paths) => {
    expect(renderTemplate(template, values).map(({ path }) => path)).toEqual([...paths]);
  });

  test.each(templates)("leaves no sample name in %s", (template) => {
    const left = renderTemplate(template, values).filter(({ path, text }) => /sample|0\.0\.0/i.test(path + text));
    expect(left.map(({ path }) => path)).toEqual([]);
  });

  test("puts the names where they belong", () => {
    const [agent] = renderTemplate("agent", values);
    expect(agent?.text).toContain('export const sumUpAgent = defineAgent({\n  id: "@acme/sum-up",');
    const [workflow] = renderTemplate("json-workflow", values);
    expect(workflow?.text).toContain('{ "id": "sum-up", "name": "Sum up" }');
  });

  test("puts a name in as it is, also one that reads like a sample", () => {
    const [agent] = renderTemplate("agent", { project: "p", scope: "sample-name", name: "sample-project" });
    expect(agent?.text).toContain('sampleProjectAgent = defineAgent({\n  id: "@sample-name/sample-project",');
  });
});

describe("the versions in the templates", () => {
  test("are this package's own for orchestr8, which is released with it", () => {
    expect(manifestIn(".").version).toBe(version);
    expect(manifestIn("..").version).toBe(version);
    expect(manifestOf("project").dependencies).toEqual({ orchestr8: version });
    expect(manifestOf("agents-package").devDependencies).toMatchObject({ orchestr8: version });
  });

  test.each<TemplateName>(["project", "agents-package"])(
    "are those that orchestr8 is tested with in %s",
    (template) => {
      const tested = manifestIn("..").devDependencies ?? {};
      const { orchestr8: _, ...tools } = manifestOf(template).devDependencies ?? {};
      for (const [name, wanted] of Object.entries(tools))
        expect([name, wanted]).toEqual([name, tested[name] ?? "untested"]);
    },
  );

  test("need no package to start one", () => {
    expect(manifestIn(".").dependencies).toBeUndefined();
  });
});
