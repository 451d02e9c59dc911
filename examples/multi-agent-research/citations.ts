import type { AngleResult } from "./findings.ts";

/** The sources that a text names as `[id]` and that are in no finding. */
export function unknownCitations(text: string, results: readonly AngleResult[]): readonly string[] {
  const known = new Set(results.flatMap(({ findings }) => findings.map(({ source }) => source)));
  const named = [...text.matchAll(/\[([^\]]+)\]/g)].map(([, id = ""]) => id);
  return [...new Set(named)].filter((id) => !known.has(id));
}
