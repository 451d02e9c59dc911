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

/**
 * What `parse` makes of a value of the query that may stand there once; undefined without it. `wanted` ends the message of a
 * refusal, which is given when `parse` gives nothing.
 *
 * @throws {HttpProblem} 400
 */
export function readText<T>(
  query: URLSearchParams,
  name: string,
  action: string,
  wanted: string,
  parse: (value: string) => T | undefined,
): T | undefined {
  const [value, ...others] = query.getAll(name);
  if (value === undefined) return undefined;
  const parsed = others.length === 0 ? parse(value) : undefined;
  if (parsed !== undefined) return parsed;
  throw new HttpProblem("BAD_REQUEST", `${action}: ${name} ${wanted}`);
}

/**
 * What `parse` makes of the values of the query under a name, which may stand there often or with commas between them.
 *
 * @throws {HttpProblem} 400
 */
export function readList<T>(
  query: URLSearchParams,
  name: string,
  action: string,
  wanted: string,
  parse: (value: string) => T | undefined,
): readonly T[] {
  return query
    .getAll(name)
    .flatMap((value) => value.split(","))
    .map((value) => {
      const parsed = parse(value);
      if (parsed !== undefined) return parsed;
      throw new HttpProblem("BAD_REQUEST", `${action}: ${name} ${wanted}`);
    });
}
