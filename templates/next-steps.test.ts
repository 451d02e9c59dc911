import { describe, expect, test } from "bun:test";
import { nextSteps } from "./next-steps.ts";
import type { Scaffold } from "./scaffold.ts";

const project: Scaffold = { kind: "project", name: "my-app", folder: "/work/my-app", files: [], isWritten: true };

describe("nextSteps()", () => {
  test.each([
    ["bun/1.4.5 npm/? node/v26.3.0 linux x64", ["bun install", "bunx orchestr8", "bun test"]],
    ["npm/11.0.0 node/v20.20.2 linux x64", ["npm install", "npx orchestr8", "npx bun test"]],
    ["pnpm/10.0.0 npm/? node/v20.20.2", ["pnpm install", "pnpm exec orchestr8", "npx bun test"]],
    ["yarn/4.0.0 npm/? node/v20.20.2", ["yarn install", "yarn orchestr8", "npx bun test"]],
    ["constructor/1", ["bun install", "bunx orchestr8", "bun test"]],
  ])("are for %s", (userAgent, beginnings) => {
    const steps = nextSteps(project, { cwd: "/work/my-app", env: { npm_config_user_agent: userAgent } });
    expect(steps.map((step, index) => step.slice(0, beginnings[index]?.length))).toEqual(beginnings);
  });

  test.each([
    ["/work", "cd my-app"],
    ["/work/other", "cd ../my-app"],
  ])("lead from %s to the folder", (cwd, step) => {
    expect(nextSteps(project, { cwd, env: {} })[0]).toBe(step);
  });

  test.each([
    ["/work/my apps/app", "cd 'my apps/app'"],
    ["/work/$(id)/app", "cd '$(id)/app'"],
    ["/work/it's/app", String.raw`cd 'it'\''s/app'`],
    ["/work/a\u001B[2Jb/app", "cd a\\u{1b}[2Jb/app"],
  ])("can be pasted into a shell for %j", (folder, step) => {
    expect(nextSteps({ ...project, folder }, { cwd: "/work", env: {} })[0]).toBe(step);
  });

  test("run what was created", () => {
    const agent: Scaffold = { ...project, kind: "agent", name: "a", files: ["agents/a.agent.ts", "agents/a.test.ts"] };
    const workflow: Scaffold = {
      ...project,
      kind: "workflow",
      name: "w",
      files: ["workflows/w.test.ts", "workflows/w.workflow.ts"],
    };
    const options = { cwd: project.folder, env: { npm_config_user_agent: "bun/1.4.5" } };
    expect(nextSteps(agent, options)).toEqual(["bun test agents/a.test.ts"]);
    expect(nextSteps(workflow, options)).toEqual([
      "bunx orchestr8 run w --input text=Hello",
      "bun test workflows/w.test.ts",
    ]);
    expect(nextSteps({ ...project, kind: "agents package" }, options)).toEqual(["bun install", "bun test"]);
  });
});
