import { createServer } from "node:net";
import { type Case, delaysOf, endOf, sleep } from "./case.ts";

const failure = new Error("down");
const reason = new Error("cancelled by the caller");

/** An address at which nobody listens any more. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("Cannot find a closed port: no port was given");
  return address.port;
}

/** What a retry and a timeout promise. */
export const callCases: readonly Case[] = [
  {
    id: "C1",
    promise: "an abort ends the wait between attempts at once, with no attempt after it",
    brokenBy: ["cockatiel"],
    keeps: async ({ retry }) => {
      if (retry === undefined) return undefined;
      let calls = 0;
      const controller = new AbortController();
      const call = retry(
        3,
        150,
      )(async () => {
        calls++;
        throw failure;
      })(controller.signal);
      setTimeout(() => controller.abort(reason), 10);
      const end = await endOf(call, 80);
      await sleep(200);
      return end !== "pending" && calls === 1;
    },
  },
  {
    id: "C2",
    promise: "a call that its caller cancelled does not say that it timed out",
    brokenBy: ["cockatiel"],
    keeps: async ({ timeout, hearsSignals }) => {
      if (timeout === undefined || !hearsSignals) return undefined;
      const controller = new AbortController();
      const call = timeout(200)(() => sleep(100))(controller.signal);
      setTimeout(() => controller.abort(reason), 10);
      return !/time/i.test(String(await endOf(call, 150)));
    },
  },
  {
    id: "C3",
    promise: "nothing runs for a caller who has cancelled before",
    brokenBy: ["cockatiel", "effect"],
    keeps: async ({ retry }) => {
      if (retry === undefined) return undefined;
      let calls = 0;
      const call = retry(3, 1)(async () => ++calls)(AbortSignal.abort(reason));
      return (await endOf(call, 100)) !== "pending" && calls === 0;
    },
  },
  {
    id: "C10",
    promise: "an infinite time limit never ends a call",
    brokenBy: ["cockatiel", "opossum"],
    keeps: async ({ timeout }) => {
      if (timeout === undefined) return undefined;
      return (await endOf(timeout(Infinity)(() => sleep(30).then(() => "done"))(), 100)) === "done";
    },
  },
  {
    id: "P2",
    promise: "an abort ends an attempt at once, though the operation does not listen",
    brokenBy: ["cockatiel", "p-retry"],
    keeps: async ({ retry }) => {
      if (retry === undefined) return undefined;
      const controller = new AbortController();
      const call = retry(3, 1)(() => sleep(150))(controller.signal);
      setTimeout(() => controller.abort(reason), 10);
      return (await endOf(call, 80)) !== "pending";
    },
  },
  {
    id: "B1",
    promise: "late delays stay spread below the cap: fewer than half lie on it",
    brokenBy: ["cockatiel", "p-retry"],
    keeps: async ({ spreadRetry }) => {
      if (spreadRetry === undefined) return undefined;
      const guarded = spreadRetry(7, 1_000, 8_000)(() => Promise.reject(failure));
      const sixth: number[] = [];
      for (let round = 0; round < 200; round++) {
        const waits = (await delaysOf(() => guarded().catch(() => undefined))).filter((ms) => ms >= 100);
        sixth.push(waits[5] ?? 8_000);
      }
      return sixth.filter((ms) => ms >= 7_999).length < sixth.length / 2;
    },
  },
  {
    id: "F1",
    promise: "a refused connection is worth another attempt, whatever class its error has",
    brokenBy: "Bun" in globalThis ? ["p-retry"] : [],
    keeps: async ({ retry }) => {
      if (retry === undefined) return undefined;
      let calls = 0;
      const url = `http://127.0.0.1:${await closedPort()}/`;
      const call = retry(
        3,
        1,
      )(() => {
        calls++;
        return fetch(url);
      })();
      return (await endOf(call, 2_000)) instanceof Error && calls === 3;
    },
  },
];
