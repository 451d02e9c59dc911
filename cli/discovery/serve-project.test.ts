import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cli, FakeContext } from "../fixtures/fake-context.ts";
import { leaveExecution } from "../fixtures/left-execution.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { runCli } from "../run-cli.ts";

const define = JSON.stringify(join(import.meta.dirname, "../../dsl/define.ts"));

const files: Readonly<Record<string, string>> = {
  "orchestr8.config.json": '{ "server": { "port": 0 }, "durability": "fast" }',
  "agents/echo.agent.mjs": `export default { id: "@test/echo", version: "1.0.0", execute: (input) => input };`,
  "agents/broken.agent.mjs": `throw new Error("on purpose");`,
  "workflows/ask.o8.json": JSON.stringify({
    version: "1.0.0",
    metadata: { id: "ask", name: "Ask" },
    steps: [
      { id: "wait", wait: { signal: "go" } },
      { id: "echo", agent: { id: "@test/echo" }, input: { by: "${steps.wait.output.by}" } },
    ],
    output: "${steps.echo.output.by}",
  }),
  "workflows/typed.workflow.mjs": `import { defineWorkflow } from ${define};
export default defineWorkflow({ id: "typed", version: "1.0.0", steps: ({ step, wait }) => {
  const asked = wait("wait", { signal: "go" });
  return { said: step("say", { run: () => "typed", dependsOn: [asked] }).output };
} });`,
};

async function* serving(cwd: string) {
  const context = new FakeContext({ cwd });
  const exit = runCli(["serve", "--no-auth"], context);
  await context.said("Try: ");
  const url = /http:\S+/.exec(context.err)?.[0] ?? "";
  try {
    yield { context, url };
  } finally {
    context.send("SIGTERM");
    await exit;
  }
}

async function post(url: string, body: object): Promise<{ readonly status: number; readonly body: unknown }> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

describe("orchestr8 serve in a project", () => {
  test("registers what is found, says what is not, and goes on with both kinds after it was stopped", async () => {
    using project = createTestFolder();
    const cwd = project.path;
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), text);
    }
    const ids: string[] = [];
    for await (const { context, url } of serving(cwd)) {
      expect(context.err).toContain('Cannot load agents of "agents/broken.agent.mjs": on purpose');
      const list = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`)).json();
      expect(await list("/workflows")).toMatchObject({ workflows: [{ id: "ask" }, { id: "typed" }] });
      expect(await list("/agents")).toMatchObject({
        agents: expect.arrayContaining([expect.objectContaining({ id: "@test/echo" })]),
      });
      for (const workflowId of ["ask", "typed"]) {
        const { status, body } = await post(`${url}/workflows/execute`, { workflowId });
        expect(status).toBe(202);
        ids.push((body as { readonly executionId: string }).executionId);
      }
    }
    const [ask = "", typed = ""] = ids;
    for await (const { context, url } of serving(cwd)) {
      await post(`${url}/executions/${ask}/signals/go`, { payload: { by: "Ada" } });
      await context.said('"message":"execution completed"');
    }
    const inspected = await cli(["inspect", ask, "--json"], { cwd });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ status: "completed", output: "Ada" });
    await cli(["signal", typed, "go"], { cwd });
    const resumed = await cli(["resume", typed, "--json", "--quiet"], { cwd });
    expect(JSON.parse(resumed.stdout)).toMatchObject({ status: "completed", output: { said: "typed" } });
  }, 20_000);

  test("goes on with what was run from one of its files alone", async () => {
    using project = createTestFolder();
    const cwd = project.path;
    for (const name of ["workflows/typed.workflow.mjs", "orchestr8.config.json"]) {
      mkdirSync(dirname(join(cwd, name)), { recursive: true });
      writeFileSync(join(cwd, name), files[name] ?? "");
    }
    const id = await leaveExecution(cwd, "workflows/typed.workflow.mjs");
    for await (const { context: server, url } of serving(cwd)) {
      await post(`${url}/executions/${id}/signals/go`, {});
      await server.said('"message":"execution completed"');
    }
  }, 20_000);
});
