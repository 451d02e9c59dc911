import { HttpProblem } from "./problem.ts";

export interface IntegerRange {
  readonly minimum: number;
  readonly maximum: number;
  readonly otherwise: number;
}

/**
 * An integer of the query. `action` starts the message of a refusal, such as "Cannot read the journal".
 *
 * @throws {HttpProblem} 400
 */
export function readInteger(query: URLSearchParams, name: string, action: string, range: IntegerRange): number {
  const [text, ...others] = query.getAll(name);
  if (text === undefined) return range.otherwise;
  const value = Number(text);
  const isPlain = others.length === 0 && /^\d{1,16}$/.test(text);
  if (isPlain && value >= range.minimum && value <= range.maximum) return value;
  throw new HttpProblem(
    "BAD_REQUEST",
    `${action}: ${name} must be one integer from ${range.minimum} to ${range.maximum}`,
  );
}
