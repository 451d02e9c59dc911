/** The shortest string literal of the expression language: only its quote and the backslash need an escape there. */
export function shortestString(text: string): string {
  const escaped = text.replaceAll("\\", "\\\\");
  const single = `'${escaped.replaceAll("'", "\\'")}'`;
  const double = `"${escaped.replaceAll('"', '\\"')}"`;
  return double.length < single.length ? double : single;
}

/** The shortest JSON number of a value: `1e21`, `12e3` or `0.5`. */
export function shortestNumber(value: number): string {
  const plain = String(value).replace("e+", "e");
  const [mantissa = "0", exponent = "0"] = value.toExponential().split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const power = Number(exponent) - fraction.length;
  const scientific = power === 0 ? whole + fraction : `${whole}${fraction}e${power}`;
  const isSame = Number(scientific) === value;
  return isSame && scientific.length < plain.length ? scientific : plain;
}
