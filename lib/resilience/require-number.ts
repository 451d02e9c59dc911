interface Range {
  readonly min: number;
  /** Whether `min` itself is outside. */
  readonly above?: boolean;
  readonly max?: number;
  readonly integer?: boolean;
}

/** Gives `value` back, or throws a `RangeError` that names the option, the wanted range and what is there. */
export function requireNumber(policy: string, option: string, value: number, range: Range): number {
  const { min, above, max = Infinity, integer } = range;
  const isNumber = integer ? Number.isInteger(value) : typeof value === "number";
  if (isNumber && (above ? value > min : value >= min) && value <= max) return value;
  const rule = `${integer ? "an integer" : "a number"} ${above ? ">" : ">="} ${min}`;
  const upTo = max === Infinity ? "" : ` and <= ${max}`;
  const got = typeof value === "number" ? value : typeof value;
  throw new RangeError(`Cannot create ${policy}: ${option} must be ${rule}${upTo}, got ${got}`);
}
