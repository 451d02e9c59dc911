import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Runtime } from "../runtime.ts";

/** What a server has used since it started. */
export interface Used {
  readonly cpuMs: number;
  readonly rssBytes: number;
}

/** A server in a process of its own, that says what it uses. */
export interface MeasuredServer extends AsyncDisposable {
  readonly url: string;
  used(): Promise<Used>;
  /** Sends a line and gives the answer, which is JSON. */
  ask(line: string): Promise<unknown>;
}

/** Starts `file`, with arguments as it takes them. */
export async function startServer(runtime: Runtime, file: string, args: readonly string[]): Promise<MeasuredServer> {
  const child = spawn(runtime, [file, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true || typeof value !== "string") throw new Error(`Cannot measure "${file}": it has ended`);
    return value;
  };
  const url = `http://127.0.0.1:${await next()}`;
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`);
    return JSON.parse(await next());
  };
  return {
    url,
    ask,
    async used() {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what server-process.ts prints
      return (await ask("used")) as Used;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, "exit");
    },
  };
}
