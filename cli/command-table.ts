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
    usage: "run <file | id> [-]",
    summary: "Run a workflow and watch it",
    load: async () => (await import("./commands/run.ts")).runCommand,
  },
  {
    name: "validate",
    alias: "check",
    usage: "validate [files…]",
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
    name: "init",
    usage: "init [dir]",
    summary: "Start a project",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  {
    name: "create",
    usage: "create <kind> <name>",
    summary: "Create an agent, a workflow or an agents-package",
    load: async () => (await import("./commands/create.ts")).createCommand,
  },
  {
    name: "agents",
    usage: "agents",
    summary: "List the agents that workflows may name",
    load: async () => (await import("./commands/agents.ts")).agentsCommand,
  },
  {
    name: "workflows",
    usage: "workflows",
    summary: "List the workflows of the project",
    load: async () => (await import("./commands/workflows.ts")).workflowsCommand,
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
    name: "test",
    usage: "test [path] [bun test's own arguments]",
    summary: "Run the tests of agents and workflows under bun test",
    load: async () => (await import("./commands/test.ts")).testCommand,
  },
  {
    name: "start",
    usage: "start",
    summary: "Start the server of this project",
    load: async () => (await import("./commands/start.ts")).startCommand,
  },
  {
    name: "stop",
    usage: "stop",
    summary: "Stop it; what runs goes on with the next",
    load: async () => (await import("./commands/stop.ts")).stopCommand,
  },
  {
    name: "status",
    usage: "status",
    summary: "Show whether it runs, and where",
    load: async () => (await import("./commands/status.ts")).statusCommand,
  },
  {
    name: "restart",
    usage: "restart",
    summary: "Stop it and start it again",
    load: async () => (await import("./commands/restart.ts")).restartCommand,
  },
  {
    name: "open",
    usage: "open",
    summary: "Open the dashboard in the browser",
    load: async () => (await import("./commands/open.ts")).openCommand,
  },
  {
    name: "serve",
    usage: "serve",
    summary: "Serve the HTTP API until Ctrl-C",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  {
    name: "config",
    usage: "config <action> [key] [value]",
    summary: "Show and change settings",
    load: async () => (await import("./commands/config.ts")).configCommand,
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
    load: async () => (await import("./commands/completions.ts")).completionsCommand,
  },
  {
    name: "gc",
    usage: "gc",
    summary: "Remove executions that ended long ago",
    load: async () => (await import("./commands/gc.ts")).gcCommand,
  },
];
