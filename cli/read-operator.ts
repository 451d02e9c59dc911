import { isSecretName, isVariableName } from "../dsl/declared-names.ts";
import type { EngineOptions } from "../lib/engine/engine.ts";
import { usageError } from "./cli-error.ts";
import type { CliContext } from "./context.ts";
import type { OperatorValues } from "./operator-arguments.ts";
import { readInteger } from "./read-integer.ts";
import { readSecretsFile } from "./secrets/read-secrets-file.ts";
import { readSecretsFolder } from "./secrets/read-secrets-folder.ts";

/** What an engine lets its workflows have. */
export type Operator = Pick<EngineOptions, "environment" | "secrets" | "maxConcurrency">;

/**
 * Reads what the operator gives. A secret comes from a variable, a file or a folder: what is typed is seen by others and kept
 * by the shell. Of two with one name the variable counts, then the file.
 *
 * @throws {CliError} that shows no secret.
 */
export async function readOperator(
  values: OperatorValues,
  { env, cwd }: Pick<CliContext, "env" | "cwd">,
): Promise<Operator> {
  const environment = readEnvironment(values.env, env);
  const typed = readSecrets(values.secret, env);
  const { "secrets-file": file, "secrets-dir": folder } = values;
  const fromFolder = folder === undefined ? [] : await readSecretsFolder(folder, cwd);
  const fromFile = file === undefined ? [] : await readSecretsFile(file, cwd);
  const secrets = { ...Object.fromEntries(fromFolder), ...Object.fromEntries(fromFile), ...typed };
  const maxConcurrency = readInteger("max-concurrency", values["max-concurrency"], 1);
  return { environment, secrets, ...(maxConcurrency !== undefined && { maxConcurrency }) };
}

function readEnvironment(given: readonly string[], process: CliContext["env"]): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const text of given) {
    const { name, value } = split(text);
    if (!isVariableName(name)) {
      throw usageError('Cannot read "--env": it must be NAME or NAME=value', 'write "--env REGION"');
    }
    const known = value ?? process[name];
    if (known !== undefined) values.set(name, known);
  }
  return Object.fromEntries(values);
}

function readSecrets(given: readonly string[], process: CliContext["env"]): Readonly<Record<string, string>> {
  const values = new Map<string, string>();
  for (const text of given) {
    const { name, value: variable } = split(text);
    if (variable === undefined || !isSecretName(name)) {
      throw usageError(
        'Cannot read "--secret": it must be name=VARIABLE',
        'write "--secret github/token=GITHUB_TOKEN"',
      );
    }
    const value = process[variable];
    if (value === undefined) {
      throw usageError(`Cannot read "--secret": the environment variable "${variable}" is not set`);
    }
    values.set(name, value);
  }
  return Object.fromEntries(values);
}

function split(text: string): { readonly name: string; readonly value: string | undefined } {
  const at = text.indexOf("=");
  return at < 0 ? { name: text, value: undefined } : { name: text.slice(0, at), value: text.slice(at + 1) };
}
