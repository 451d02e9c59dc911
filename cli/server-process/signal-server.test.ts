import { expect, test } from "bun:test";
import process from "node:process";
import { rejectionOf } from "../../lib/testing/rejection-of.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { advanceUntil } from "../fixtures/advance-until.ts";
import { processStart } from "./process-start.ts";
import type { ServerState } from "./server-state.ts";
import { signalServer } from "./signal-server.ts";

async function stateOf(pid: number, start?: string): Promise<ServerState> {
  return {
    format: 1,
    pid,
    processStart: start ?? (await processStart(pid)) ?? "",
    host: "here",
    folder: "/",
    url: "http://127.0.0.1:8088",
    token: null,
    version: "0.0.0",
    startedAt: "2026-01-01T00:00:00.000Z",
    flags: [],
    fingerprint: null,
  };
}

test("a process that is not the one of the state gets no signal", async () => {
  const sent: number[] = [];
  await signalServer(await stateOf(process.pid, "long ago"), new VirtualClock(), (pid) => sent.push(pid));
  expect(sent).toEqual([]);
});

test("one that does not end is told of, with how to end it", async () => {
  const clock = new VirtualClock();
  const sent: string[] = [];
  const failure = rejectionOf(signalServer(await stateOf(process.pid), clock, (_pid, signal) => sent.push(signal)));
  await advanceUntil(clock, failure);
  expect(sent).toEqual(["SIGTERM"]);
  expect(await failure).toMatchObject({ code: "SERVER_UNREACHABLE", fix: expect.stringContaining("kill -9") });
});

test("one that ended before its signal came is no failure, and one that may not be signalled is", async () => {
  const failing = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };
  const state = await stateOf(process.pid);
  expect(String(await rejectionOf(signalServer(state, new VirtualClock(), failing("EPERM"))))).toContain("EPERM");
  const child = Bun.spawn(["sleep", "60"]);
  const clock = new VirtualClock();
  const gone = signalServer(await stateOf(child.pid), clock, () => {
    child.kill("SIGKILL");
    failing("ESRCH")();
  });
  await child.exited;
  await Promise.all([gone, advanceUntil(clock, gone)]);
});
