const maxWidth = 120;
const indentation = "  ";

/**
 * A piece of TypeScript: text, or a list between brackets, which is written on one line where it fits and else one member
 * a line. A class, so that data is not taken for it.
 */
export class Code {
  readonly head: string;
  readonly members: readonly Code[];
  readonly tail: string;
  readonly layout: CodeLayout;

  constructor(head: string, members: readonly Code[] = [], tail = "", layout: CodeLayout = "tight") {
    this.head = head;
    this.members = members;
    this.tail = tail;
    this.layout = layout;
  }

  /** The same with more around it. */
  within(before: string, after = ""): Code {
    return new Code(`${before}${this.head}`, this.members, `${this.tail}${after}`, this.layout);
  }
}

/** `spaced` has a space inside its brackets, and `broken` never stands on one line. */
export type CodeLayout = "tight" | "spaced" | "broken";

export function objectCode(
  entries: readonly (readonly [key: string, value: Code])[],
  layout: CodeLayout = "spaced",
): Code {
  const members = entries.map(([key, value]) => member(key, value));
  return new Code("{", members, "}", layout);
}

export function arrayCode(items: readonly Code[]): Code {
  return new Code("[", items, "]");
}

/** Plain data, in which {@link Code} may stand for a value. Members that are undefined are left out, as in JSON. */
export function dataCode(value: unknown): Code {
  if (value instanceof Code) return value;
  if (typeof value !== "object" || value === null) return new Code(JSON.stringify(value));
  if (Array.isArray(value)) return arrayCode(value.map(dataCode));
  const present = Object.entries(value).filter(([, entry]) => entry !== undefined);
  return objectCode(present.map(([key, entry]) => [key, dataCode(entry)] as const));
}

/** On one line. */
export function flat({ head, members, tail, layout }: Code): string {
  const space = layout === "tight" || members.length === 0 ? "" : " ";
  return `${head}${space}${members.map(flat).join(", ")}${space}${tail}`;
}

/** Over as many lines as it needs, the first of them without indentation. */
export function layOut(code: Code, depth: number): string {
  const line = flat(code);
  const fits = depth * indentation.length + line.length + 1 <= maxWidth && !isBroken(code);
  if (fits || code.members.length === 0) return line;
  const inner = indentation.repeat(depth + 1);
  const members = code.members.map((part) => `${inner}${layOut(part, depth + 1)},\n`);
  return `${code.head}\n${members.join("")}${indentation.repeat(depth)}${code.tail}`;
}

/** Lines of a block. */
export function indent(text: string, depth: number): string {
  return `${indentation.repeat(depth)}${text}`;
}

function isBroken({ layout, members }: Code): boolean {
  return layout === "broken" || members.some(isBroken);
}

/** A variable of the member's name is written once; `__proto__` is a member only when it is computed. */
function member(key: string, value: Code): Code {
  if (key === value.head && value.members.length === 0 && value.tail === "" && isIdentifier(key)) return value;
  const name = isIdentifier(key) && key !== "__proto__" ? key : JSON.stringify(key);
  return value.within(key === "__proto__" ? `[${name}]: ` : `${name}: `);
}

export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(name);
}
