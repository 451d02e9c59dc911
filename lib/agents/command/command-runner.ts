import { InvalidValueError, ValidationError } from "../../errors.ts";
import { CommandError } from "./command-error.ts";
import type { CommandConfig, CommandInput, CommandOutput, OutputFormat } from "./command-schemas.ts";
import { findProgram } from "./find-program.ts";
import { type ProcessEnd, runProcess } from "./run-process.ts";

export type CommandRunner = (input: CommandInput, signal: AbortSignal) => Promise<CommandOutput>;

interface Program {
  readonly file: string;
  readonly args: readonly string[];
}

/** @throws {ValidationError} when a program is not installed. */
export async function createCommandRunner(config: CommandConfig): Promise<CommandRunner> {
  const { env: own, cwd, maxOutputBytes, killAfterMs } = config;
  const env = { PATH: process.env["PATH"] ?? "", ...own };
  const programs = new Map<string, Program>();
  for (const [name, [program, ...args]] of Object.entries(config.programs)) {
    programs.set(name, { file: await findProgram(name, program, env.PATH), args });
  }
  return async ({ program: name, args = [], stdin = "", parse = "text", exitCodes = [0] }, signal) => {
    const program = programs.get(name);
    if (program === undefined) throw notAllowed(name, [...programs.keys()]);
    signal.throwIfAborted();
    const request = {
      file: program.file,
      args: [...program.args, ...args],
      stdin,
      cwd,
      env,
      maxOutputBytes,
      killAfterMs,
    };
    const end = await runProcess(request, signal);
    signal.throwIfAborted();
    const exitCode = expectedCode(name, end, exitCodes, maxOutputBytes);
    return { exitCode, stdout: decode(name, end.stdout, parse), stderr: textOf(end.stderr) };
  };
}

function expectedCode(name: string, end: ProcessEnd, expected: readonly number[], maxBytes: number): number {
  const { exitCode, endSignal, isTooMuch } = end;
  if (isTooMuch) {
    throw new InvalidValueError(
      "VALUE_TOO_LARGE",
      `Cannot run program "${name}": it wrote more than ${maxBytes} bytes`,
    );
  }
  if (exitCode === undefined) throw new CommandError(`Cannot run program "${name}": ${endSignal} ended it`, undefined);
  if (expected.includes(exitCode)) return exitCode;
  throw new CommandError(`Cannot run program "${name}": it ended with exit code ${exitCode}`, exitCode);
}

function decode(name: string, bytes: Uint8Array, format: OutputFormat): unknown {
  if (format === "bytes") return Buffer.from(bytes).toString("base64");
  if (format === "text") return textOf(bytes);
  try {
    return JSON.parse(textOf(bytes));
  } catch {
    // The parser's message would show a part of the output.
    throw new InvalidValueError("VALUE_NOT_JSON", `Cannot run program "${name}": what it wrote is not JSON`);
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function notAllowed(name: string, allowed: readonly string[]): ValidationError {
  const names = allowed.map((one) => `"${one}"`).join(", ");
  return new ValidationError(`Cannot run program "${name}": the operator allows ${names}`);
}
