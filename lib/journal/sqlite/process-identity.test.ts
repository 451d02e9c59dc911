import { describe, expect, test } from "bun:test";
import { isGone, thisProcess } from "./process-identity.ts";

describe("isGone()", () => {
  test("knows that this process is there", () => {
    expect(isGone(thisProcess())).toBe(false);
    expect(isGone({ ...thisProcess(), start: "" })).toBe(false);
  });

  test("takes no later process for the one that had its number", () => {
    expect(isGone({ ...thisProcess(), start: "1" })).toBe(true);
  });

  test("knows when a process has ended", async () => {
    const child = Bun.spawn(["sleep", "60"]);
    const { host } = thisProcess();
    expect(isGone({ host, pid: child.pid, start: "" })).toBe(false);
    child.kill("SIGKILL");
    await child.exited;
    expect(isGone({ host, pid: child.pid, start: "" })).toBe(true);
    expect(isGone({ host, pid: child.pid, start: "1" })).toBe(true);
  });

  test("says nothing of processes elsewhere", () => {
    expect(isGone({ host: "elsewhere", pid: 2 ** 22 + 1, start: "" })).toBe(false);
  });
});
