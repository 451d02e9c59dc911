import { ValidationError } from "../errors.ts";
import { withFileWorkflows } from "../workflow-reference.ts";
import type { Workflow } from "../workflow.ts";

/** Values of environment variables, by name. */
export type Environment = Readonly<Record<string, string>>;

/** What workflows may read, of which names alone are taken from this process. What is not named stays unseen. */
export function allowedEnvironment(allowed: Environment | readonly string[] = {}): Environment {
  if (!isNames(allowed)) return Object.freeze({ ...allowed });
  const values: Record<string, string> = {};
  for (const name of allowed) {
    const value = process.env[name];
    if (value !== undefined) values[name] = value;
  }
  return Object.freeze(values);
}

function isNames(allowed: Environment | readonly string[]): allowed is readonly string[] {
  return Array.isArray(allowed);
}

/**
 * What an execution of a workflow is given: the variables that it declares and the operator allows. They are recorded with
 * it, so that a resume and a replay read the same. Undefined for a workflow that declares none.
 *
 * @throws {ValidationError} naming what is missing and read without a default.
 */
export function environmentOf(
  { metadata, environment: names }: Workflow,
  required: readonly string[],
  allowed: Environment,
): Environment | undefined {
  const missing = required.filter((name) => !Object.hasOwn(allowed, name)).map((name) => `"${name}"`);
  if (missing.length > 0) {
    throw new ValidationError(
      `Cannot run workflow "${metadata.id}": it reads environment variables that are not set, or that the operator does not allow: ${missing.join(", ")}`,
    );
  }
  if (names === undefined) return undefined;
  const given: Record<string, string> = {};
  for (const name of names) {
    const value = Object.hasOwn(allowed, name) ? allowed[name] : undefined;
    if (value !== undefined) given[name] = value;
  }
  return Object.freeze(given);
}

/** The declared variables that are read where no `??` stands in for them, by the workflow or those of its files; sorted. */
export function requiredEnvironment(workflow: Workflow): readonly string[] {
  return [...new Set(withFileWorkflows(workflow).flatMap(ownRequired))].toSorted();
}

function ownRequired({ environment, steps, output, policies }: Workflow): readonly string[] {
  if (environment === undefined) return [];
  const found = new Set<string>();
  collectRequired([steps, output, policies], false, found);
  return environment.filter((name) => found.has(name));
}

/** Every node of the AST says its kind, so the walk knows only those that matter here. Data is not looked into. */
function collectRequired(node: unknown, isOptional: boolean, found: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  const kind = "kind" in node ? node.kind : undefined;
  if (kind === "literal" || kind === "value" || "definition" in node) return;
  if (kind === "reference" && "root" in node && "path" in node) {
    if (node.root === "env" && !isOptional && Array.isArray(node.path)) found.add(String(node.path[0]));
    return;
  }
  if (kind === "default" && "left" in node && "right" in node) {
    collectRequired(node.left, true, found);
    return collectRequired(node.right, isOptional, found);
  }
  const isAsked = kind === "call" && "name" in node && node.name === "exists";
  for (const child of Object.values(node)) {
    if (isAsked && Array.isArray(child)) for (const argument of child) collectRequired(argument, true, found);
    else collectRequired(child, false, found);
  }
}
