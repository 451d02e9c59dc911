import { relative } from "node:path";
import { visible } from "./quote.ts";
import type { Scaffold } from "./scaffold.ts";

export interface NextStepsOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

interface PackageManager {
  readonly install: string;
  readonly exec: string;
  readonly test: string;
}

const bun: PackageManager = { install: "bun install", exec: "bunx", test: "bun test" };
const npm: PackageManager = { install: "npm install", exec: "npx", test: "npx bun test" };
const managers: ReadonlyMap<string, PackageManager> = new Map([
  ["bun", bun],
  ["npm", npm],
  ["pnpm", { install: "pnpm install", exec: "pnpm exec", test: "npx bun test" }],
  ["yarn", { install: "yarn install", exec: "yarn", test: "npx bun test" }],
]);

/** What to type now, for the package manager that is in use. */
export function nextSteps({ kind, name, folder, files }: Scaffold, { cwd, env }: NextStepsOptions): readonly string[] {
  const { install, exec, test } = managerOf(env);
  const way = relative(cwd, folder);
  const enter = way === "" ? [] : [`cd ${shellWord(way)}`];
  const tests = files.filter((path) => path.endsWith(".test.ts"));
  switch (kind) {
    case "project":
      return [...enter, install, `${exec} orchestr8 run hello --input name=Ada`, test];
    case "agents package":
      return [...enter, install, test];
    case "agent":
      return [...enter, `${test} ${tests.join(" ")}`];
    case "workflow":
      return [...enter, `${exec} orchestr8 run ${name} --input text=Hello`, `${test} ${tests.join(" ")}`];
  }
}

/** Package managers name themselves to what they start; without one, the runtime tells. */
function managerOf(env: NextStepsOptions["env"]): PackageManager {
  const [name = ""] = env["npm_config_user_agent"]?.split("/") ?? [];
  return managers.get(name) ?? ("bun" in process.versions ? bun : npm);
}

/** To be pasted into a shell, whatever the folders on the way are called. */
function shellWord(path: string): string {
  if (/^[\w./\\:+@~-]+$/.test(path)) return path;
  if (/\p{C}/u.test(path)) return visible(path);
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
