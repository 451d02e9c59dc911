import * as v from "valibot";

/** Whether a value is accepted, and nothing else: no issues, no copy. */
export type Acceptor = (value: unknown) => boolean;

/**
 * Says of a valibot schema, prepared once, whether it accepts a value. It answers as `v.is` does, many times faster,
 * because it makes nothing: a valid document needs a yes, and only an invalid one has use for issues. What it has no
 * shortcut for is asked of valibot itself.
 */
export function acceptorOf(schema: v.GenericSchema): Acceptor {
  return acceptorOfPart(schema);
}

/** What a valibot schema or action is made of, as far as this looks into it. */
interface Part {
  readonly kind: string;
  readonly type: string;
  readonly pipe?: readonly Part[];
  readonly wrapped?: Part;
  readonly item?: Part;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly options?: readonly unknown[];
  readonly check?: Acceptor;
  readonly requirement?: unknown;
}

function acceptorOfPart(part: Part): Acceptor {
  if (part.kind === "validation") return validation(part);
  if (part.pipe !== undefined) return pipe(part, part.pipe);
  return shortcut(part) ?? asked(part);
}

function shortcut({ type, item, entries, options, check }: Part): Acceptor | undefined {
  if (type === "string") return (value) => typeof value === "string";
  if (type === "number") return (value) => typeof value === "number" && !Number.isNaN(value);
  if (type === "unknown") return () => true;
  if (type === "custom") return check;
  if (type === "picklist" && options !== undefined) return (value) => options.includes(value);
  if (type === "union" && options !== undefined) return oneOf(options.filter(isPart).map(acceptorOfPart));
  if (type === "array" && item !== undefined) return arrayOf(acceptorOfPart(item));
  if (type === "strict_object" && entries !== undefined) return strictObject(entries);
  return undefined;
}

function isPart(option: unknown): option is Part {
  return typeof option === "object" && option !== null && "kind" in option;
}

function asked(schema: Part): Acceptor {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a schema again, which it was before its insides were looked at
  return (value) => v.is(schema as unknown as v.GenericSchema, value);
}

function pipe(schema: Part, parts: readonly Part[]): Acceptor {
  // What a transformation makes is what the parts behind it look at, so it cannot be left out.
  if (parts.some(({ kind }) => kind === "transformation")) return asked(schema);
  const acceptors = parts.filter(({ kind }) => kind !== "metadata").map(acceptorOfPart);
  return acceptors.reduceRight((rest, first) => (value) => first(value) && rest(value));
}

function validation(part: Part): Acceptor {
  const { type, requirement } = part;
  if (type === "check" && isAcceptor(requirement)) return requirement;
  if (type === "min_length" && typeof requirement === "number") return (value) => lengthOf(value) >= requirement;
  if (type === "max_length" && typeof requirement === "number") return (value) => lengthOf(value) <= requirement;
  if (type === "regex" && requirement instanceof RegExp) return (value) => requirement.test(String(value));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- an action stands behind a schema that gives what it takes
  const schema = v.pipe(v.unknown(), part as unknown as v.GenericValidation);
  return (value) => v.is(schema, value);
}

/** Of what a schema in front has found to be text or a list. */
function lengthOf(value: unknown): number {
  return typeof value === "string" || Array.isArray(value) ? value.length : Number.NaN;
}

function isAcceptor(requirement: unknown): requirement is Acceptor {
  return typeof requirement === "function";
}

function oneOf(acceptors: readonly Acceptor[]): Acceptor {
  return (value) => {
    for (const accepts of acceptors) if (accepts(value)) return true;
    return false;
  };
}

function arrayOf(accepts: Acceptor): Acceptor {
  return (value) => {
    if (!Array.isArray(value)) return false;
    for (const item of value) if (!accepts(item)) return false;
    return true;
  };
}

const optional: ReadonlySet<string> = new Set(["exact_optional", "optional", "nullish"]);

/** Walks over the keys that are there, which are few, and not over those that could be. */
function strictObject(entries: Readonly<Record<string, Part>>): Acceptor {
  const acceptors = new Map<string, Acceptor>();
  const required: string[] = [];
  for (const [key, part] of Object.entries(entries)) {
    if (!optional.has(part.type)) required.push(key);
    acceptors.set(key, acceptorOfPart(part.type === "exact_optional" && part.wrapped ? part.wrapped : part));
  }
  return (value) => {
    if (!isRecord(value)) return false;
    for (const key in value) {
      const accepts = acceptors.get(key);
      if (accepts === undefined || !accepts(value[key])) return false;
    }
    for (const key of required) if (!Object.hasOwn(value, key)) return false;
    return true;
  };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
