import { referenceText } from "../lib/expression/reference.ts";
import { parseExpression } from "./expression.ts";
import type { Span } from "./problem.ts";

/** A place in a step's output, and where each of its keys stands in the text. */
export interface OutputPath {
  readonly keys: readonly string[];
  readonly segments: readonly Span[];
}

export const outputPathMessage = 'a path below the output such as "user.email" or "[\'user-id\']", without indexes';

const root = "output";

/** Reads a path as references write theirs, but for the root; undefined for anything else. */
export function parseOutputPath(text: string): OutputPath | undefined {
  const prefix = text.startsWith("[") ? root : `${root}.`;
  const { expression, references, problems } = parseExpression(prefix + text);
  if (problems.length > 0 || expression?.kind !== "reference" || expression.root !== root) return undefined;
  const keys = expression.path.filter((key) => typeof key === "string");
  if (keys.length === 0 || keys.length !== expression.path.length) return undefined;
  const segments = (references[0]?.segments ?? []).map(({ start, end }) => ({
    start: start - prefix.length,
    end: end - prefix.length,
  }));
  return { keys, segments };
}

/** The text that {@link parseOutputPath} reads these keys from. */
export function printOutputPath(keys: readonly string[]): string {
  return referenceText({ kind: "reference", root, path: keys }).slice(root.length).replace(/^\./, "");
}
