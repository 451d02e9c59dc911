import { nearest } from "../../dsl/nearest.ts";
import { usageError } from "../cli-error.ts";
import type { CommandEntry } from "../command-entry.ts";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import { terminalText } from "../terminal-text.ts";
import { completeWords } from "./complete-words.ts";
import { createPlaces } from "./places.ts";
import { shellScripts, type Shell } from "./shell-scripts.ts";

export interface CompletionsValues {
  readonly shell: string;
  /** The command line up to the cursor; none asks for the script. */
  readonly words: readonly string[];
}

/** Prints the script for a shell; or for the script what may stand at the cursor, a word a line with its description. */
export async function printCompletions(
  { shell, words }: CompletionsValues,
  commands: readonly CommandEntry[],
  context: CliContext,
): Promise<ExitCode> {
  if (!isShell(shell)) {
    const known = Object.keys(shellScripts);
    const near = nearest(shell, known);
    const list = known.map((name) => `"${name}"`).join(", ");
    throw usageError(`Cannot complete for "${shell}": the shells are ${list}`, near && `write "${near}"`);
  }
  if (words.length === 0) {
    context.stdout.write(shellScripts[shell]);
    return 0;
  }
  const found = await completeWords(words, commands, createPlaces(context));
  const lines = found.map(({ text, description }) =>
    description === undefined ? terminalText(text) : `${terminalText(text)}\t${terminalText(description)}`,
  );
  context.stdout.write(lines.map((line) => `${line}\n`).join(""));
  return 0;
}

function isShell(name: string): name is Shell {
  return Object.hasOwn(shellScripts, name);
}
