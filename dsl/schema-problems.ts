import * as v from "valibot";
import type { JsonValue } from "../lib/json.ts";
import { acceptorOf } from "./acceptor.ts";
import { nearest } from "./nearest.ts";
import { type Path, type Problem, quoted, quotedList, type Report } from "./problem.ts";
import { documentSchema, type WorkflowDocument } from "./schema.ts";

const isAccepted = acceptorOf(documentSchema);

/** The schema changes nothing, so what it accepts is the document: no copy is made. */
function isDocument(value: unknown): value is WorkflowDocument {
  return isAccepted(value);
}

/** The document with its type, or undefined after reporting everything in it that is not in the language. */
export function checkSchema(value: JsonValue, report: Report): WorkflowDocument | undefined {
  if (isDocument(value)) return value;
  const result = v.safeParse(documentSchema, value);
  if (result.success) return result.output;
  for (const issue of result.issues) {
    for (const problem of issueProblems(issue)) report(problem);
  }
  return undefined;
}

function issueProblems(issue: v.BaseIssue<unknown>): readonly Problem[] {
  const path = (issue.path ?? []).map(({ key }) => (typeof key === "number" ? key : String(key)));
  if (issue.type !== "strict_object") return [valueProblem(issue, path)];
  const parent = path.slice(0, -1);
  // valibot stops at the first unknown key of an object; we name them all.
  if (issue.expected === "never") return unknownKeys(parent, Object.keys(issue.path?.at(-1)?.input ?? {}));
  return [missingKey(parent, String(path.at(-1)))];
}

function valueProblem(issue: v.BaseIssue<unknown>, path: Path): Problem {
  const isType = issue.kind === "schema" && issue.type !== "picklist" && issue.type !== "literal";
  const code = isType ? "SCHEMA_TYPE" : "SCHEMA_VALUE";
  return { code, message: `${placeName(path)} must be ${issue.message}`, place: { path } };
}

function missingKey(path: Path, key: string): Problem {
  const message = `${placeName(path)} needs the key ${quoted(key)}`;
  return { code: "SCHEMA_MISSING_KEY", message, fix: `add ${quoted(key)}`, place: { path } };
}

function unknownKeys(path: Path, keys: readonly string[]): readonly Problem[] {
  const known = knownKeys(documentSchema, path);
  return keys
    .filter((key) => !known.includes(key))
    .map((key): Problem => {
      const near = nearest(key, known);
      const fix = near === undefined ? `use one of ${quotedList(known)}` : `did you mean ${quoted(near)}?`;
      const message = `${placeName(path)} has the unknown key ${quoted(key)}`;
      return { code: "SCHEMA_UNKNOWN_KEY", message, fix, place: { path: [...path, key], part: "key" } };
    });
}

function placeName(path: Path): string {
  const key = path.at(-1);
  if (key === undefined) return "A workflow";
  if (typeof key === "string") return quoted(key);
  return `Item ${key + 1} of ${quoted(String(path.at(-2)))}`;
}

/** The keys of the strict object that the schema has at `path`. */
function knownKeys(schema: unknown, path: Path): readonly string[] {
  const nodes = path.reduce<readonly SchemaNode[]>(
    (found, key) => found.flatMap((node) => unwrap(node.entries?.[key] ?? node.item ?? node.value)),
    unwrap(schema),
  );
  return nodes.flatMap((node) => Object.keys(node.entries ?? {}));
}

/** What a valibot schema is made of, as far as finding keys needs it. */
interface SchemaNode {
  readonly entries?: Readonly<Record<string | number, unknown>>;
  readonly item?: unknown;
  /** What a record holds under any key. */
  readonly value?: unknown;
  readonly wrapped?: unknown;
  readonly options?: readonly unknown[];
  readonly pipe?: readonly unknown[];
}

function isSchemaNode(value: unknown): value is SchemaNode {
  return typeof value === "object" && value !== null;
}

/** Looks through optionals, pipes and unions. */
function unwrap(node: unknown): readonly SchemaNode[] {
  if (!isSchemaNode(node)) return [];
  if (node.wrapped !== undefined) return unwrap(node.wrapped);
  const members = node.pipe ?? node.options;
  return members === undefined ? [node] : members.flatMap(unwrap);
}
