import { afterAll, describe, expect, test } from "bun:test";
import { cli, FakeContext } from "./fixtures/fake-context.ts";
import { leaveExecution } from "./fixtures/left-execution.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";
import { approval } from "./fixtures/workflows.ts";
import { runCli } from "./run-cli.ts";

const hello = {
  version: "1.0.0",
  metadata: { id: "hello", name: "Hello" },
  steps: [{ id: "hi", agent: { id: "@orchestr8/hello-world" }, input: { message: "Hi" } }],
};

/** For tests that are not about the token. */
const open = ["serve", "--port", "0", "--no-auth"];

const folder = createTestFolder();
const cwd = folder.path;
afterAll(() => folder[Symbol.dispose]());

async function serving(context: FakeContext): Promise<string> {
  await context.said("Listening on ");
  return /http:\/\/127\.0\.0\.1:\d+/.exec(context.err)?.[0] ?? "";
}

describe("orchestr8 serve", () => {
  test("serves the API until Ctrl-C, logs JSON lines, and then ends in good order", async () => {
    const context = new FakeContext({ cwd });
    const exit = runCli(open, context);
    const url = await serving(context);
    const reply = await fetch(`${url}/workflows/execute`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ workflow: hello }),
    });
    expect(reply.status).toBe(202);
    await context.said('"message":"execution completed"');
    context.send("SIGINT");
    expect(await exit).toBe(130);
    const [first = "", example = "", dashboard = "", ...lines] = context.err.trimEnd().split("\n");
    expect([first, example, dashboard]).toEqual([
      `Listening on ${url}`,
      `Try: curl ${url}/executions`,
      `Dashboard: ${url}/`,
    ]);
    expect(lines.pop()).toBe("Stopping: what runs may end; Ctrl-C again exits at once");
    expect(lines.map((line) => Object.keys(JSON.parse(line)).slice(0, 2))).toEqual(lines.map(() => ["level", "time"]));
    expect({ out: context.out, isListening: context.isListening }).toEqual({ out: "", isListening: false });
    expect(fetch(url)).rejects.toThrow();
  });

  test("lets nobody in without the token that it shows at its start", async () => {
    const context = new FakeContext({ cwd });
    const exit = runCli(["serve", "--port", "0"], context);
    const url = await serving(context);
    const [, token = ""] = /Bearer ([\w-]+)"/.exec(context.err) ?? [];
    expect(context.err).toContain(`Try: curl -H "Authorization: Bearer ${token}" ${url}/executions\n`);
    const statusWith = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${url}/executions`, { headers })).status;
    expect(await statusWith({})).toBe(401);
    expect(await statusWith({ Authorization: `Bearer ${token}` })).toBe(200);
    await context.said("works once");
    const [link = ""] = /http:\S+\/open\?code=\S+/.exec(context.err) ?? [];
    const follow = async (): Promise<number> => (await fetch(link, { redirect: "manual" })).status;
    expect([await follow(), await follow()]).toEqual([303, 401]);
    context.send("SIGTERM");
    expect(await exit).toBe(143);
  });

  test("takes the token of the environment, shows it to nobody, and says when others can reach it", async () => {
    const token = "a-token-of-the-environment";
    const context = new FakeContext({ cwd, env: { ORCHESTR8_TOKEN: token } });
    const exit = runCli(["serve", "--port", "0", "--host", "0.0.0.0", "--allow-host", "o8.internal"], context);
    await context.said("Listening on ");
    const [, port] = /:(\d+)\n/.exec(context.err) ?? [];
    const headers = { Authorization: `Bearer ${token}`, Host: "o8.internal" };
    expect((await fetch(`http://127.0.0.1:${port}/executions`, { headers })).status).toBe(200);
    expect(context.err).toContain('Try: curl -H "Authorization: Bearer $ORCHESTR8_TOKEN" http://');
    await context.said("warning: Others can reach this server");
    expect(context.err).toContain('Dashboard: run "orchestr8 open"\n');
    expect(context.err).not.toContain(token);
    context.send("SIGTERM");
    expect(await exit).toBe(143);
  });

  test.each([
    [["--host", "0.0.0.0", "--no-auth"], "so the server must have a token"],
    [["--host", "example.org"], "hostname must be an IP address"],
    [["--token", "short"], "token must be 16 to 512"],
    [["--token", "long-enough-a-token", "--no-auth"], 'Cannot use "--token" with "--no-auth"'],
    [["--allow-host", "http://a"], "each of allowedHosts must be a host name"],
    [["--max-executions", "0"], 'Cannot use "--max-executions"'],
  ])("exits with 2 for %j", async (flags, message) => {
    const context = new FakeContext({ cwd });
    expect(await runCli(["serve", "--port", "0", ...flags], context)).toBe(2);
    expect(context.err).toContain(message);
  });

  test("exits with 6 when the port is taken, and says which one could be used", async () => {
    const first = new FakeContext({ cwd });
    const exit = runCli(open, first);
    const port = Number(new URL(await serving(first)).port);
    const second = new FakeContext({ cwd });
    expect(await runCli(["serve", "--port", String(port)], second)).toBe(6);
    expect(second.err).toBe(
      `error: Cannot serve: port ${port} is in use\n  fix: use another port, such as "--port ${port === 65_535 ? 8_089 : port + 1}"\n`,
    );
    first.send("SIGTERM");
    expect(await exit).toBe(143);
  });

  test("goes on with what was left, shows what earlier processes ran, and leaves the rest to the next", async () => {
    using project = createTestFolder();
    const at = { cwd: project.path };
    project.write("approval.o8.json", approval);
    const module = project.writeModule("waits.ts", `wait("forever", { signal: "never" });`);
    const id = await leaveExecution(project.path, "approval.o8.json");
    const ofModule = await leaveExecution(project.path, module);
    const first = new FakeContext(at);
    const exit = runCli([...open, "--durability", "fast"], first);
    const url = await serving(first);
    await first.said("it was started from ");
    const view = async (): Promise<unknown> => (await fetch(`${url}/executions/${id}`)).json();
    expect(await view()).toMatchObject({ status: "waiting" });
    expect(JSON.parse((await cli(["list", "--json"], at)).stdout)).toMatchObject({
      executions: [
        { executionId: ofModule, isOwned: false },
        { executionId: id, isOwned: true },
      ],
    });
    const second = new FakeContext(at);
    first.send("SIGTERM");
    expect(await exit).toBe(143);
    expect(JSON.parse((await cli(["inspect", id, "--json"], at)).stdout)).toMatchObject({ status: "waiting" });
    const next = runCli([...open, "--durability", "fast"], second);
    const again = await serving(second);
    const { status } = await fetch(`${again}/executions/${id}/signals/approve`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"payload":{"by":"Ada"}}',
    });
    expect(status).toBe(202);
    await second.said('"message":"execution completed"');
    second.send("SIGTERM");
    expect(await next).toBe(143);
  }, 20_000);
});
