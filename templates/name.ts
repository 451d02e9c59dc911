import { builtinModules } from "node:module";
import { quote } from "./quote.ts";
import { ScaffoldError } from "./scaffold-error.ts";

export type ScaffoldKind = "project" | "agent" | "workflow" | "agents package";

const maxLength = 64;
const wellFormed = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;

/** Names of devices on Windows, whatever their extension. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)$/;

/** A package of such a name would stand in front of what its own code imports. */
const takenPackages: ReadonlySet<string> = new Set([...builtinModules, "bun", "orchestr8", "typescript"]);

/**
 * Checks what becomes the name of files, of a package and of ids: the same rule for all, narrower than any of theirs.
 *
 * @throws {ScaffoldError} with the code `USAGE`, and with a name that would do where one is near.
 */
export function assertName(kind: ScaffoldKind, name: string): void {
  const state = defectOf(kind, name);
  if (state === undefined) return;
  const better = nameLike(name);
  const fix = better !== name && defectOf(kind, better) === undefined ? `use ${quote(better)}` : undefined;
  throw new ScaffoldError("USAGE", `Cannot create ${kind} ${quote(name)}: ${state}`, fix);
}

/** The scope, without its "@", and the name of an agents package: projects name it as `@scope/name`. */
export function parsePackageName(name: string): { readonly scope: string; readonly base: string } {
  const [, scope, base] = /^@([^/]*)\/(.*)$/s.exec(name) ?? [];
  if (scope === undefined || base === undefined) {
    throw new ScaffoldError(
      "USAGE",
      `Cannot create agents package ${quote(name)}: its name has no scope`,
      'use "@scope/name"',
    );
  }
  assertName("agents package", scope);
  assertName("agents package", base);
  return { scope, base };
}

function defectOf(kind: ScaffoldKind, name: string): string | undefined {
  if (name.length > maxLength) return `a name has at most ${maxLength} characters`;
  if (!wellFormed.test(name))
    return "a name is lower-case letters, digits and single hyphens, and begins with a letter";
  if (device.test(name)) return "Windows has a device of that name";
  const isPackage = kind === "project" || kind === "agents package";
  if (isPackage && takenPackages.has(name)) return "there is a package of that name, which it would hide";
  return undefined;
}

function nameLike(name: string): string {
  return name
    .slice(0, maxLength)
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2")
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^[-\d]+|-+$/g, "");
}
