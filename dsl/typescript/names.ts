/** What printed code imports. */
export const packageName = "orchestr8";

/** Agents that are imported by name, so that their types are checked; any other one is named by its id. */
export const importedAgents: ReadonlyMap<string, string> = new Map([
  ["@orchestr8/command", "commandAgent"],
  ["@orchestr8/file", "fileAgent"],
  ["@orchestr8/hello-world", "helloWorld"],
  ["@orchestr8/http", "httpAgent"],
  ["@orchestr8/transform", "transformAgent"],
]);

/** What the language's module exports that a printed module may use. */
export const operatorNames = {
  "==": "equals",
  "!=": "notEquals",
  "<": "lessThan",
  "<=": "lessOrEqual",
  ">": "greaterThan",
  ">=": "greaterOrEqual",
  in: "contains",
} as const;

const exported = [
  ...Object.values(operatorNames),
  ...importedAgents.values(),
  "and",
  "defineWorkflow",
  "endsWith",
  "exists",
  "expression",
  "field",
  "join",
  "json",
  "length",
  "not",
  "or",
  "startsWith",
  "text",
  "workflowFile",
];

const context = [
  "input",
  "variables",
  "env",
  "secrets",
  "execution",
  "workflow",
  "step",
  "wait",
  "item",
  "index",
  "output",
  "_item",
  "_output",
];

const keywords =
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false " +
  "finally for function if implements import in instanceof interface let new null package private protected public return " +
  "static super switch this throw true try typeof undefined var void while with yield NaN Infinity";

const taken: ReadonlySet<string> = new Set([...exported, ...context, ...keywords.split(" ")]);

/** A variable for each step id: the id itself, in camel case where it has hyphens, and unlike all other names. */
export function handleNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const used = new Set(taken);
  for (const id of ids) {
    const name = free(camelCase(id), used);
    used.add(name);
    names.set(id, name);
  }
  return names;
}

function camelCase(id: string): string {
  return id.replaceAll(/-+([A-Za-z0-9_]?)/g, (_, next: string) => next.toUpperCase());
}

function free(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  const longer = `${name}Step`;
  if (!used.has(longer)) return longer;
  for (let count = 2; ; count++) if (!used.has(`${longer}${count}`)) return `${longer}${count}`;
}
