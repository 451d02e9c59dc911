import type { ArgumentsDef } from "./argument.ts";

/** The command line that gives these values: what `parseArguments` would read back. */
export function toArguments(definitions: ArgumentsDef, values: Readonly<Record<string, unknown>>): readonly string[] {
  const flags: string[] = [];
  const places: string[] = [];
  for (const [name, { type }] of Object.entries(definitions)) {
    const value = values[name];
    const texts = Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
    if (type === "positional") places.push(...texts);
    else if (value === true) flags.push(`--${name}`);
    else flags.push(...texts.map((text) => `--${name}=${text}`));
  }
  return [...flags, "--", ...places];
}
