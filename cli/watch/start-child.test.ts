import { expect, test } from "bun:test";
import { FakeContext } from "../fixtures/fake-context.ts";
import { createTestFolder } from "../fixtures/test-folder.ts";
import { hello } from "../fixtures/workflows.ts";
import { runCli } from "../run-cli.ts";
import { startChild } from "./start-child.ts";

test("a child is this program, and ends by itself or when it is told to", async () => {
  using folder = createTestFolder();
  await startChild(["version"], folder.path).ended;
  const stopped = startChild(["version"], folder.path);
  stopped.stop("SIGTERM");
  await stopped.ended;
});

test("a watched run is such a child, and what cannot be run twice is refused", async () => {
  using folder = createTestFolder();
  folder.write("hello.o8.json", hello);
  const call = ["run", "hello.o8.json", "--watch", "--durability", "memory"];
  const context = new FakeContext({ cwd: folder.path });
  const exit = runCli(call, context);
  await context.said("Watching 1 file");
  context.send("SIGTERM");
  expect(await exit).toBe(143);
  for (const more of [["-"], ["--idempotency-key", "k"]]) {
    expect(await runCli([...call, ...more], new FakeContext({ cwd: folder.path }))).toBe(2);
  }
}, 30_000);
