/** What a check found. */
export interface Finding {
  /** `warn` works for now; `fail` does not. */
  readonly status: "ok" | "warn" | "fail";
  readonly detail: string;
  /** What to do about it, as a phrase. */
  readonly fix?: string;
}

export interface Check {
  readonly name: string;
  /** Never throws for what it looks for; anything else is a finding as well. */
  run(): Promise<Finding>;
}

export function ok(detail: string): Finding {
  return { status: "ok", detail };
}
