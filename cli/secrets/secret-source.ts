import { isSecretName } from "../../dsl/declared-names.ts";
import { CliError } from "../cli-error.ts";

/** Names and values. */
export type SecretValues = ReadonlyMap<string, string>;

/** Shorter ones would be found, and hidden, everywhere. */
const minLength = 6;

/**
 * A secret as workflows and the engine take it.
 *
 * @throws {CliError} that names the secret and its place, and nothing of its value.
 */
export function checkSecret(name: string, value: unknown, place: string): string {
  const subject = `Cannot read the secret "${name}" of ${place}`;
  if (!isSecretName(name)) {
    throw new CliError(
      "CONFIG",
      `${subject}: a name starts with a letter and has letters, digits, "_", "." , "/" and "-"`,
    );
  }
  if (typeof value !== "string") throw new CliError("CONFIG", `${subject}: it must be text`);
  if (value.length >= minLength) return value;
  throw new CliError("CONFIG", `${subject}: it must have at least ${minLength} characters`);
}
