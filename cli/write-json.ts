import type { OutputStream } from "./context.ts";

/** The one JSON document of a command, with the line end that tools expect. */
export function writeJson(stdout: OutputStream, document: object): void {
  stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
