import type { Command } from "./command.ts";

/** What the help and the dispatcher know of a command before its module is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly alias?: string;
  readonly usage: string;
  readonly summary: string;
  load(): Promise<Command>;
}
