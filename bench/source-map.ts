/** As much of a source map, version 3, as tells which file a column comes from. */
export interface SourceMap {
  readonly sources: readonly string[];
  readonly mappings: string;
}

/** How many characters of `code` come from each source. What stands before the first mapping of a line is nobody's. */
export function bytesBySource(code: string, { sources, mappings }: SourceMap): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  const lines = code.split("\n");
  let source = 0;
  for (const [index, line] of mappings.split(";").entries()) {
    let column = 0;
    let owner: string | undefined;
    const give = (until: number, from: number): void => {
      if (owner !== undefined) sums.set(owner, (sums.get(owner) ?? 0) + until - from);
    };
    for (const segment of line === "" ? [] : line.split(",")) {
      const [columns = 0, sourceStep] = numbersOf(segment);
      give(column + columns, column);
      column += columns;
      source += sourceStep ?? 0;
      owner = sourceStep === undefined ? undefined : sources[source];
    }
    give(lines[index]?.length ?? column, column);
  }
  return sums;
}

const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base 64 digits of five bits each, least first; the sixth says that more follow, the very first bit is the sign. */
function numbersOf(segment: string): readonly number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of segment) {
    const digit = digits.indexOf(character);
    value += (digit & 31) * 2 ** shift;
    shift += 5;
    if (digit >= 32) continue;
    numbers.push(value % 2 === 1 ? -(value - 1) / 2 : value / 2);
    value = 0;
    shift = 0;
  }
  return numbers;
}
