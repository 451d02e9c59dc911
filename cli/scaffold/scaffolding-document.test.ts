import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { temporaryFolder } from "../../templates/fixtures/temporary-folder.ts";
import { cli } from "../fixtures/fake-context.ts";

const document = readFileSync(resolve(import.meta.dir, "../../docs/scaffolding.md"), "utf8");
const blocks = [...document.matchAll(/^```console\n\$ (.+)\n([\s\S]*?)^```$/gm)];

describe("docs/scaffolding.md", () => {
  test("shows what is printed, from one command to the next", async () => {
    using place = temporaryFolder();
    let cwd = place.path;
    for (const [, command = "", shown = ""] of blocks) {
      const [program, ...argv] = command.split(" ");
      if (program === "cd") {
        cwd = join(cwd, argv[0] ?? "");
        continue;
      }
      const { stdout, stderr } = await cli(argv, { cwd, env: { npm_config_user_agent: "bun/1.4.5" } });
      expect(`$ ${command}\n${stdout}${stderr}`).toBe(`$ ${command}\n${shown}`);
    }
    expect(blocks.length).toBeGreaterThan(5);
  });

  test("says where a package of agents goes as the package itself does", () => {
    const readme = readFileSync(resolve(import.meta.dir, "../../templates/files/agents-package/README.md"), "utf8");
    const [config = ""] = /^\{ "agents".*$/m.exec(document) ?? [];
    expect(readme.replaceAll("sample-project", "@acme/tools")).toContain(config);
  });
});
