const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text for an element or an attribute of XML. What XML cannot hold, or would reorder the text, becomes a replacement mark. */
export function xmlText(text: string): string {
  return text
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? "")
    .replaceAll(/[^\P{Cc}\n]|[\p{Cs}\p{Cf}\uFFFE\uFFFF\u2028\u2029]/gu, "\uFFFD");
}
