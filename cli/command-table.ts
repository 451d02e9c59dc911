import type { Command } from "./command.ts";

/** What the help and the dispatcher know of a command before its module is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly alias?: string;
  readonly usage: string;
  readonly summary: string;
  load(): Promise<Command>;
}

/** Every command but `help` and `version`, which need nothing loaded; in the order of the help. */
export const commandTable: readonly CommandEntry[] = [
  {
    name: "run",
    usage: "run <file> [-]",
    summary: "Run a workflow in this process",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    name: "validate",
    alias: "check",
    usage: "validate <files…>",
    summary: "Check workflows without running them",
    load: async () => (await import("./commands/validate.ts")).validateCommand,
  },
  {
    name: "serve",
    usage: "serve",
    summary: "Serve the HTTP API until Ctrl-C",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
];
