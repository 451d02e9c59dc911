import type { JsonSchema } from "../../json.ts";

export const outputFormats = ["text", "json", "bytes"] as const;
export type OutputFormat = (typeof outputFormats)[number];

/** What a step gives to `@orchestr8/command`. */
export interface CommandInput {
  readonly program: string;
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly parse?: OutputFormat;
  readonly exitCodes?: readonly number[];
}

export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: unknown;
  readonly stderr: string;
}

/** What the operator says of `@orchestr8/command`. */
export interface CommandConfig {
  readonly programs: Readonly<Record<string, readonly [program: string, ...args: string[]]>>;
  readonly cwd?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly maxOutputBytes: number;
  readonly killAfterMs: number;
}

export const commandInput: JsonSchema = {
  type: "object",
  properties: {
    program: { type: "string", minLength: 1, description: "One of the programs that the operator allows, by its name" },
    args: {
      type: "array",
      items: { type: "string", pattern: "^[^\\u0000]*$" },
      description: "Handed to the program as they are, after those of the operator. No shell reads them",
    },
    stdin: { type: "string", description: "Text for the program's standard input" },
    parse: { enum: outputFormats, default: "text", description: "How to read its standard output; bytes gives base64" },
    exitCodes: {
      type: "array",
      items: { type: "integer", minimum: 0, maximum: 255 },
      minItems: 1,
      description: "Exit codes that are no failure, in place of 0",
    },
  },
  required: ["program"],
  additionalProperties: false,
};

export const commandOutput: JsonSchema = {
  type: "object",
  properties: {
    exitCode: { type: "integer", description: "One of those that are no failure" },
    stdout: { description: "What the program wrote, as text, JSON or base64" },
    stderr: { type: "string", description: "What it wrote to its standard error" },
  },
  required: ["exitCode", "stdout", "stderr"],
  additionalProperties: false,
};

export const commandConfig: JsonSchema = {
  type: "object",
  properties: {
    programs: {
      type: "object",
      additionalProperties: { type: "array", items: { type: "string", minLength: 1 }, minItems: 1 },
      minProperties: 1,
      description: "By the names that steps use: a program, as a path or found in PATH, and its first arguments",
    },
    cwd: { type: "string", minLength: 1, description: "The folder to run in. Default: that of this process" },
    env: {
      type: "object",
      additionalProperties: { type: "string" },
      default: {},
      description: "The program's environment, beside PATH. Nothing else of this process is handed on",
    },
    maxOutputBytes: { type: "integer", minimum: 1, default: 1_048_576, description: "Of both outputs, each" },
    killAfterMs: {
      type: "integer",
      minimum: 0,
      default: 2_000,
      description: "Time that a program gets to end by itself when it is stopped, before it is killed",
    },
  },
  required: ["programs"],
  additionalProperties: false,
};
