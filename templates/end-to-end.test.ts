import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { packPackages } from "../cli/fixtures/pack-packages.ts";
import { type LocalRegistry, localRegistry } from "./fixtures/local-registry.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";

/** What a newcomer types, from the packed packages to tests that pass. Everything comes from a registry on this machine. */
const place = temporaryFolder();
const patienceMs = 120_000;

let registry: LocalRegistry | undefined;

beforeAll(() => {
  mkdirSync(join(place.path, "packed"));
  const { orchestr8, create } = packPackages(join(place.path, "packed"));
  registry = localRegistry({
    packed: { orchestr8, "create-orchestr8": create },
    nodeModules: resolve(import.meta.dir, "../node_modules"),
  });
}, patienceMs);

afterEach(() => {
  expect(registry?.missing).toEqual([]);
});

afterAll(() => {
  registry?.[Symbol.dispose]();
  place[Symbol.dispose]();
}, patienceMs);

/** A shell of somebody whose home and caches are empty. */
function shell(name: string) {
  const home = join(place.path, name);
  mkdirSync(home);
  const url = registry?.url ?? "";
  // What this process was started by is no business of those that it starts.
  const outer = Object.entries(process.env).filter(([key]) => !/^(?:npm_|bun_|node_|ci$|orchestr8_)/i.test(key));
  const env = {
    ...Object.fromEntries(outer),
    HOME: home,
    npm_config_registry: url,
    npm_config_cache: join(home, ".npm"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
    npm_config_yes: "true",
    BUN_CONFIG_REGISTRY: url,
    BUN_INSTALL_CACHE_DIR: join(home, ".bun-cache"),
    BUN_TMPDIR: home,
  };
  return { home, type: (command: string, cwd = home) => run(command.split(" "), cwd, env) };
}

/** Not blocking, since the registry is in this process. */
async function run(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<string> {
  const child = Bun.spawn([...command], {
    cwd,
    env,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
    timeout: patienceMs,
  });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  if ((await child.exited) === 0) return stdout;
  throw new Error(`Cannot run "${command.join(" ")}": exit code ${child.exitCode}\n${stdout}${stderr}`);
}

describe("from nothing", () => {
  test(
    "to a run, with Node and npm alone",
    async () => {
      const { home, type } = shell("node");
      await type("npm create orchestr8 my-app");
      const app = join(home, "my-app");
      await type("npm install --omit=dev", app);
      expect(JSON.parse(await type("npx orchestr8 run hello --input name=Ada --json", app))).toMatchObject({
        status: "completed",
        output: { text: "Hello, Ada! And goodbye." },
      });
      const module = "npx orchestr8 run welcome --input guest=Ada --input host=Grace --json";
      expect(JSON.parse(await type(module, app))).toMatchObject({ output: { text: "Hello, Ada! Hello, Grace!" } });
      await type("npm run validate", app);
    },
    patienceMs,
  );

  test(
    "to tests that pass, with Bun, and on to parts that pass theirs",
    async () => {
      const { home, type } = shell("bun");
      await type("bun create orchestr8 my-app");
      const app = join(home, "my-app");
      await type("bun install", app);
      await type("bun run start", app);
      await type("bun test", app);
      await type("bunx orchestr8 create agent sum-up", app);
      await type("bunx orchestr8 create workflow digest", app);
      await type("bunx orchestr8 create workflow report --ts", app);
      await type("bun run validate", app);
      await type("bun run types", app);
      await type("bun test", app);
      // What the editor is told to look at is there.
      const settings: unknown = JSON.parse(readFileSync(join(app, ".vscode/settings.json"), "utf8"));
      const url = "./node_modules/orchestr8/dist/schema/workflow.v1.json";
      expect(settings).toEqual({ "json.schemas": [{ fileMatch: ["*.o8.json"], url }] });
      expect(existsSync(join(app, url))).toBe(true);

      await type("node my-app/node_modules/.bin/orchestr8 create agents-package @acme/tools");
      const tools = join(home, "tools");
      await type("bun install", tools);
      await type("bun test", tools);
      await type("bun run types", tools);
      await type("npm pack --pack-destination ..", tools);
      await type("bun add ../acme-tools-0.1.0.tgz", app);
      // As its README says.
      writeFileSync(join(app, "orchestr8.config.json"), '{ "agents": ["agents/**/*.agent.ts", "@acme/tools"] }');
      const hello = join(app, "workflows/hello.o8.json");
      writeFileSync(hello, readFileSync(hello, "utf8").replace("@my-app/greeter", "@acme/greeter"));
      for (const exec of ["npx orchestr8", "bunx --bun orchestr8"])
        expect(JSON.parse(await type(`${exec} run hello --json`, app))).toMatchObject({ status: "completed" });
    },
    patienceMs,
  );
});
