import { expect, test } from "bun:test";
import process from "node:process";
import { processStart } from "./process-start.ts";

test.each(["linux", "darwin"] as const)(
  "%s tells when a process was started, and nothing of one that is none",
  async (platform) => {
    const start = await processStart(process.pid, platform);
    expect(start).toBeString();
    expect(await processStart(process.pid, platform)).toBe(start);
    expect(await processStart(2 ** 22 + 1, platform)).toBeUndefined();
  },
);

test.skipIf(process.platform === "win32")("nothing is told where there is no PowerShell to ask", async () => {
  expect(await processStart(process.pid, "win32")).toBeUndefined();
});

test("the word of ps is a time", async () => {
  expect(await processStart(process.pid, "darwin")).toMatch(/^\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}$/);
});

test("tells a process from one that was started later", async () => {
  const child = Bun.spawn([process.execPath, "-e", "process.stdin.resume()"], { stdin: "pipe" });
  expect(await processStart(child.pid, "linux")).not.toBe(await processStart(process.pid, "linux"));
  await child.stdin.end();
  await child.exited;
});
