import * as v from "valibot";

/** From which sides a question can be looked at. */
export const angles = ["costs", "safety", "climate", "rules"] as const;
export const angle = v.picklist(angles);

export const findings = v.array(v.object({ source: v.string(), claim: v.string() }));

/** What came of one angle: a researcher may have failed, for a reason, or was not asked. */
export const angleResult = v.object({ angle, status: v.string(), findings, problem: v.nullable(v.string()) });
export type AngleResult = v.InferOutput<typeof angleResult>;

/** The angles that somebody was to look at, and about which nothing is known. */
export function missingIn(results: readonly AngleResult[]): readonly AngleResult[] {
  const asked = results.filter(({ status }) => status !== "skipped");
  return asked.filter((result) => result.findings.length === 0);
}

/** Why nothing is known about an angle. */
export function reasonFor(result: AngleResult): string {
  return `${result.angle} (${result.problem ?? "its sources say nothing"})`;
}
