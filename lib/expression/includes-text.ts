/** Up to this length the runtime's own search is as good as linear. */
const shortLength = 32;

/**
 * Whether `text` holds `part`, in time linear in both (Knuth, Morris, Pratt). The runtimes' `includes` needs seconds for a
 * megabyte that almost holds a long part everywhere, and both may come from outside.
 */
export function includesText(text: string, part: string): boolean {
  if (part.length <= shortLength) return text.includes(part);
  if (part.length > text.length) return false;
  const borders = bordersOf(part);
  let matched = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched++;
    if (matched === part.length) return true;
  }
  return false;
}

/** For each beginning of `part`, the length of its longest proper beginning that is also its end. */
function bordersOf(part: string): Uint32Array {
  const borders = new Uint32Array(part.length);
  let matched = 0;
  for (let index = 1; index < part.length; index++) {
    const code = part.charCodeAt(index);
    while (matched > 0 && part.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (part.charCodeAt(matched) === code) matched++;
    borders[index] = matched;
  }
  return borders;
}
