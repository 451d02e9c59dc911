/** Why a collector did not get its spans, without what it answered: `code` is an HTTP status or one of the system. */
export function exportFailure(error: unknown): string {
  const code = codeOf(error);
  if (typeof code === "number") return `the collector answered with status ${code}`;
  if (typeof code === "string") return `the collector is out of reach (${code})`;
  return error instanceof Error && error.message !== "" ? error.message : "the collector did not take them";
}

function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
}
