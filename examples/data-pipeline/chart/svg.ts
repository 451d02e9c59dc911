/** Makes an element; attributes and text are escaped, elements inside of it are not. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  ...children: readonly Svg[]
): Svg {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(shown(value))}"`);
  const inside = children.map(({ markup }) => markup).join("");
  return {
    markup: inside === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${inside}</${name}>`,
  };
}

/** A piece of a drawing. */
export interface Svg {
  readonly markup: string;
}

export function text(content: string, attributes: Readonly<Record<string, string | number>>): Svg {
  return element("text", attributes, { markup: escaped(content) });
}

/** The `points` of a line or an area. */
export function points(places: readonly (readonly [x: number, y: number])[]): string {
  return places.map((place) => place.map(shown).join(",")).join(" ");
}

/** A tenth of a pixel is as fine as anybody sees. */
function shown(value: string | number): string {
  return typeof value === "number" ? String(Number(value.toFixed(1))) : value;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
