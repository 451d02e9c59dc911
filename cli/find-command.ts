import { nearest } from "../dsl/nearest.ts";
import { usageError } from "./cli-error.ts";
import type { CommandEntry } from "./command-entry.ts";
import { commandTable } from "./command-table.ts";

/**
 * A command by its name or alias.
 *
 * @throws {CliError} that suggests the nearest one.
 */
export function findCommand(name: string): CommandEntry {
  const entry = commandTable.find((candidate) => candidate.name === name || candidate.alias === name);
  if (entry !== undefined) return entry;
  const names = commandTable.flatMap((candidate) => [candidate.name, candidate.alias ?? candidate.name]);
  const near = nearest(name, [...names, "help", "version"]);
  const fix = /\.(?:json|[cm]?[jt]s)$/.test(name) ? `use "orchestr8 run ${name}"` : near && `use "${near}"`;
  throw usageError(`Cannot understand "${name}": there is no such command`, fix ?? "see --help");
}
