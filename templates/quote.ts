const longest = 200;

/** Text in quotes for a message, as {@link visible} text, and its beginning where it is long. */
export function quote(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return `"${visible(shown).replaceAll(/["\\](?!u\{)/g, String.raw`\$&`)}"`;
}

/** Text in which all is seen: what a terminal would obey, hide or turn around is written out, as `\u{202e}`. */
export function visible(text: string): string {
  return text.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}
