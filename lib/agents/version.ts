import rcompare from "semver/functions/rcompare.js";
import satisfies from "semver/functions/satisfies.js";
import valid from "semver/functions/valid.js";
import prerelease from "semver/functions/prerelease.js";
import validRange from "semver/ranges/valid.js";

/** Whether `text` is a semver version as it is written, without a leading `v` or spaces. */
export function isVersion(text: string): boolean {
  return valid(text) === text || (text.includes("+") && valid(text) === text.slice(0, text.indexOf("+")));
}

/** The ranges that most people write, so that few are taken apart by the library. */
const plainRange = /^[~^]?(?:0|[1-9]\d{0,8})(?:\.(?:0|[1-9]\d{0,8})){0,2}$/;

/** Whether `text` is a semver range, such as `^1.2.0`. */
export function isVersionRange(text: string): boolean {
  return plainRange.test(text) || validRange(text) !== null;
}

/** Orders versions from the newest to the oldest. */
export function newestFirst(left: string, right: string): number {
  return rcompare(left, right);
}

/**
 * The first of `versions`, newest first, that a range admits. Without a range a release goes before any prerelease; with
 * one, a prerelease counts only if the range names it.
 */
export function pickVersion(versions: readonly string[], range?: string): string | undefined {
  if (range !== undefined) return versions.find((version) => satisfies(version, range));
  return versions.find((version) => prerelease(version) === null) ?? versions[0];
}
