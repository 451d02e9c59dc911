import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BothRuntimes, startBoth } from "../fixtures/both-runtimes.ts";

const root = join(import.meta.dir, "..", "..");
/** Inside the repository, where the packages are in reach. */
const folder = mkdtempSync(join(root, ".tmp-client-"));

/** What a user would write on top of the generated client: no status, field or parameter of it is cast. */
const program = `import { cancelExecution, defaults, executeWorkflow, getExecution, getJournal } from "./client.ts";

const [url = "", slice = "", slow = ""] = process.argv.slice(2);
defaults.baseUrl = url;

async function start(workflow: object): Promise<string> {
  const started = await executeWorkflow({ workflow, correlationId: "generated" }, { idempotencyKey: crypto.randomUUID() });
  if (started.status !== 202) throw new Error(\`Cannot start: status \${started.status}\`);
  return started.data.executionId;
}

async function poll(id: string) {
  for (;;) {
    const found = await getExecution(id);
    if (found.status !== 200) throw new Error(\`Cannot poll: status \${found.status}\`);
    if (found.data.status === "completed" || found.data.status === "cancelled") return found.data;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

const id = await start(JSON.parse(slice));
const { status, correlationId, output } = await poll(id);
const journal = await getJournal(id, { types: "step.completed", limit: 10 });
if (journal.status !== 200 || !("entries" in journal.data)) throw new Error("Cannot read the journal");
const entries = journal.data.entries.map(({ sequence, type }) => typeof sequence + " " + type);

const endless = await start(JSON.parse(slow));
const asked = await cancelExecution(endless, { reason: "enough" });
const ended = await poll(endless);

const unknown = await getExecution("none");
const problem = unknown.status === 404 ? unknown.data.code : undefined;
console.log(JSON.stringify({
  status, correlationId, output, entries, asked: asked.status, ended: [ended.status, ended.reason], problem,
}));
`;

const slice = readFileSync(join(root, "examples/slice/vertical-slice.o8.json"), "utf8");
const slow = JSON.stringify({
  version: "1.0.0",
  metadata: { id: "endless", name: "Endless" },
  steps: [{ id: "only", agent: { id: "@test/slow" }, input: {} }],
});

let servers: BothRuntimes;

function run(command: readonly string[]): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { cwd: folder });
  if (exitCode === 0) return stdout.toString();
  throw new Error(`Cannot run "${command.join(" ")}": ${stdout.toString()}${stderr.toString()}`);
}

beforeAll(async () => {
  run(["bun", join(root, "node_modules/oazapfts/dist/cli.js"), join(root, "server/openapi.json"), "client.ts"]);
  writeFileSync(join(folder, "program.ts"), program);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../tsconfig.json",
      // A rule of this house that the generator does not follow.
      compilerOptions: { exactOptionalPropertyTypes: false },
      include: ["program.ts"],
      exclude: [],
    }),
  );
  servers = await startBoth({ token: false });
}, 60_000);

afterAll(async () => {
  await servers.stop();
  rmSync(folder, { recursive: true });
});

describe("a client that oazapfts generates from server/openapi.json", () => {
  test("has the types that a program needs", () => {
    expect(run([join(root, "node_modules/.bin/tsc"), "-p", "."])).toBe("");
  }, 30_000);

  test.each(["bun", "node"] as const)(
    "executes, polls, reads the journal and cancels on %s",
    async (runtime) => {
      const url = `http://127.0.0.1:${servers[runtime].port}`;
      // Not with spawnSync: the server on Bun is in this process.
      const child = Bun.spawn(["bun", "program.ts", url, slice, slow], { cwd: folder, stdout: "pipe", stderr: "pipe" });
      const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
      expect({ err, code: await child.exited }).toEqual({ err: "", code: 0 });
      expect(JSON.parse(out)).toEqual({
        status: "completed",
        correlationId: "generated",
        output: { step1: { result: "Hello from step 1" }, step2: { result: "Hello from step 1" } },
        entries: ["number step.completed", "number step.completed"],
        asked: 202,
        ended: ["cancelled", "enough"],
        problem: "NOT_FOUND",
      });
    },
    30_000,
  );
});
