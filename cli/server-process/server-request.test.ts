import { describe, expect, test } from "bun:test";
import { parseWorkflow } from "../../dsl/compile.ts";
import { withBuiltIns } from "../../lib/agents/with-built-ins.ts";
import { createEngine } from "../../lib/engine/create-engine.ts";
import { version } from "../../lib/version.ts";
import { createServer } from "../../server/app.ts";
import { createClient } from "../../server/client/client.ts";
import type { LoadedFile } from "../load.ts";
import { approval, hello } from "../fixtures/workflows.ts";
import type { RunningServer } from "./find-server.ts";
import { requestOfProject } from "./project-request.ts";
import { requestOfFile } from "./server-request.ts";

function loaded(text: string, origin?: string): LoadedFile {
  return { text, diagnostics: [], workflow: undefined, agents: withBuiltIns([]), workflows: [], origin };
}

/** A server that has loaded a project with the workflow "hello". */
function projectServer(fingerprint: string | null): RunningServer {
  const server = createServer({ engine: createEngine({ workflows: [parseWorkflow(hello)] }), token: false });
  const client = createClient({ fetch: (request) => server.fetch(request) });
  const health = { status: "ok", service: "orchestr8", version, pid: 1, uptimeMs: 0 } as const;
  const state = {
    format: 1,
    pid: 1,
    processStart: "1",
    host: "here",
    folder: "/",
    url: "http://127.0.0.1:8088",
    token: null,
  } as const;
  return {
    client,
    health,
    state: { ...state, version, startedAt: "2026-01-01T00:00:00.000Z", flags: [], fingerprint },
  };
}

describe("requestOfFile()", () => {
  test("sends the text of a file that calls nothing but what every server has", () => {
    expect(requestOfFile(loaded(approval), parseWorkflow(approval))).toEqual({ source: approval });
  });

  test("sends nothing of a module, nor of what calls agents or workflows of a project", () => {
    expect(requestOfFile(loaded("", "/work/flow.ts"), parseWorkflow(hello))).toBeUndefined();
    const steps = [
      { id: "a", agent: { id: "@me/own" } },
      { id: "a", workflow: { id: "other" } },
      {
        id: "a",
        agent: { id: "@orchestr8/hello-world" },
        input: { message: "" },
        compensate: { agent: { id: "@me/own" } },
      },
    ];
    for (const step of steps) {
      const text = JSON.stringify({ ...(JSON.parse(hello) as object), steps: [step] });
      expect(requestOfFile(loaded(text), parseWorkflow(text))).toBeUndefined();
    }
  });
});

describe("requestOfProject()", () => {
  const own = { loaded: loaded("", "/work/hello.ts"), workflow: parseWorkflow(hello) };

  test("names the workflow where the server has the very same one of the very same project", async () => {
    expect(await requestOfProject(projectServer("f"), own, "f")).toEqual({ workflowId: "hello" });
  });

  test("sends the text of a file that is no workflow of the project, and calls its agents", async () => {
    const file = { loaded: loaded(approval), workflow: parseWorkflow(approval) };
    expect(await requestOfProject(projectServer("f"), file, "f")).toEqual({ source: approval });
  });

  test("sends nothing where files have changed, nothing is known of them, or the workflow is another one", async () => {
    expect(await requestOfProject(projectServer("f"), own, "g")).toBeUndefined();
    expect(await requestOfProject(projectServer(null), own, "f")).toBeUndefined();
    expect(
      await requestOfProject(projectServer("f"), { ...own, workflow: parseWorkflow(approval) }, "f"),
    ).toBeUndefined();
    const edited = { ...own, workflow: parseWorkflow(hello.replace('"Hi"', '"Ho"')) };
    expect(await requestOfProject(projectServer("f"), edited, "f")).toBeUndefined();
  });
});
