interface Range {
  readonly min: number;
  /** Whether `min` itself is outside. */
  readonly above?: boolean;
  readonly max?: number;
  readonly integer?: boolean;
}

/** Gives `value` back, or throws a `RangeError` that names the option, the wanted range and what is there. */
export function requireNumber(policy: string, option: string, value: number, range: Range): number {
  const { min, above = false, max = Infinity, integer = false } = range;
  const fits = (above ? value > min : value >= min) && value <= max && (!integer || Number.isInteger(value));
  if (typeof value === "number" && fits) return value;
  const kind = integer ? "an integer" : "a number";
  const upTo = max === Infinity ? "" : ` and <= ${max}`;
  const got = typeof value === "number" ? value : typeof value;
  throw new RangeError(
    `Cannot create ${policy}: ${option} must be ${kind} ${above ? ">" : ">="} ${min}${upTo}, got ${got}`,
  );
}
