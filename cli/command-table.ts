import type { CommandEntry } from "./command-entry.ts";

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
    name: "schema",
    usage: "schema [file]",
    summary: "Write the JSON Schema of workflow files, for editors",
    load: async () => (await import("./commands/schema.ts")).schemaCommand,
  },
  {
    name: "print",
    usage: "print <file>",
    summary: "Print a workflow in its other spelling",
    load: async () => (await import("./commands/print.ts")).printCommand,
  },
  {
    name: "diff",
    usage: "diff <before> <after>",
    summary: "Compare what two workflows mean",
    load: async () => (await import("./commands/diff.ts")).diffCommand,
  },
  {
    name: "graph",
    usage: "graph <file>",
    summary: "Draw a workflow, as text, Mermaid or SVG",
    load: async () => (await import("./commands/graph.ts")).graphCommand,
  },
  {
    name: "types",
    usage: "types [files…]",
    summary: "Write the TypeScript types of .o8.json files",
    load: async () => (await import("./commands/write-types.ts")).typesCommand,
  },
  {
    name: "list",
    usage: "list",
    summary: "List executions, the newest first",
    load: async () => (await import("./commands/list.ts")).listCommand,
  },
  {
    name: "inspect",
    usage: "inspect <id>",
    summary: "Show how an execution stands or stood",
    load: async () => (await import("./commands/inspect.ts")).inspectCommand,
  },
  {
    name: "logs",
    usage: "logs <id> [-f]",
    summary: "Print what happened in an execution, also as it happens",
    load: async () => (await import("./commands/logs.ts")).logsCommand,
  },
  {
    name: "resume",
    usage: "resume <id> | --all",
    summary: "Go on with what a process left unfinished",
    load: async () => (await import("./commands/resume.ts")).resumeCommand,
  },
  {
    name: "rerun",
    usage: "rerun <id>",
    summary: "Run an execution again, or the rest of it",
    load: async () => (await import("./commands/rerun.ts")).rerunCommand,
  },
  {
    name: "cancel",
    usage: "cancel <id>",
    summary: "Cancel an execution, whoever runs it",
    load: async () => (await import("./commands/cancel.ts")).cancelCommand,
  },
  {
    name: "signal",
    usage: "signal <id> <name> [json]",
    summary: "Send a signal to a step that waits for it",
    load: async () => (await import("./commands/signal.ts")).signalCommand,
  },
  {
    name: "export",
    usage: "export <id>",
    summary: "Write the journal of an execution to stdout",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  {
    name: "replay",
    usage: "replay <id | file>",
    summary: "Run a record again, offline, and compare",
    load: async () => (await import("./commands/replay.ts")).replayCommand,
  },
  {
    name: "serve",
    usage: "serve",
    summary: "Serve the HTTP API until Ctrl-C",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "doctor",
    usage: "doctor",
    summary: "Check runtime, journal, files and disk, with a fix for each",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  {
    name: "completions",
    usage: "completions <shell>",
    summary: "Complete commands, flags, files and executions in your shell",
    load: async () => (await import("./commands/completions.ts")).createCompletionsCommand(commandTable),
  },
  {
    name: "gc",
    usage: "gc",
    summary: "Remove executions that ended long ago",
    load: async () => (await import("./commands/gc.ts")).gcCommand,
  },
];
