import { ValidationError, type ValidationIssue } from "../errors.ts";
import type { JsonSchema, JsonValue } from "../json.ts";
import type { AnyAgent, Schema } from "./agent.ts";
import { jsonPointer } from "./json-pointer.ts";
import { isStandardSchema } from "./json-schema-of.ts";
import { validatorFor } from "./json-schema.ts";
import { withDefaults } from "./with-defaults.ts";
import type { StandardIssue, StandardResult, StandardSchema } from "./standard-schema.ts";

/**
 * The value as the schema gives it back, with its defaults and transformations; a promise only if the schema is
 * asynchronous. Throws or rejects with {@link ValidationError} when the value does not fit.
 */
export type Check = (value: unknown) => unknown;

/** What an agent's schemas ask for. Where it has no schema there is no check, and so no cost. */
export interface AgentChecks {
  readonly input?: Check;
  readonly output?: Check;
  readonly config?: Check;
}

/**
 * Compiles an agent's schemas. Throws TypeError when one is malformed, naming the agent. `doing` is what a message says about
 * an input that does not fit: calling the agent, unless it stands for something else.
 */
export function createChecks(agent: AnyAgent, doing = `call agent "${agent.id}"`): AgentChecks {
  const { id, input, output } = agent;
  const config = createConfigCheck(agent);
  return {
    ...(input !== undefined && { input: checkOf(input, `Cannot ${doing}: its input`, true) }),
    ...(output !== undefined && {
      output: checkOf(output, `Cannot accept the result of agent "${id}": its output`, false),
    }),
    ...(config !== undefined && { config }),
  };
}

/** The check of an agent's configuration, if it has a schema for it. Throws TypeError when that is malformed. */
export function createConfigCheck({ id, config }: Pick<AnyAgent, "id" | "config">): Check | undefined {
  return config === undefined ? undefined : checkOf(config, `Cannot configure agent "${id}": its config`, true);
}

/** A workflow's input with its schema's defaults. Throws {@link ValidationError} when it does not fit. */
export function checkWorkflowInput(workflowId: string, schema: JsonSchema, input: JsonValue): JsonValue {
  const filled = withDefaults(schema, input);
  rejectIssues(validatorFor(schema)(filled), `Cannot run workflow "${workflowId}": its input`);
  return filled;
}

/** The check of what a step says of its output. `subject` starts the message of a failure and ends with what was checked. */
export function createOutputCheck(schema: JsonSchema, subject: string): Check {
  return jsonSchemaCheck(schema, subject, false);
}

/** `subject` starts the message of a failure and ends with what was checked. */
function checkOf(schema: Schema, subject: string, takesDefaults: boolean): Check {
  return isStandardSchema(schema) ? standardCheck(schema, subject) : jsonSchemaCheck(schema, subject, takesDefaults);
}

function jsonSchemaCheck(schema: JsonSchema, subject: string, takesDefaults: boolean): Check {
  const issuesOf = compiled(schema, subject);
  const fill = takesDefaults && JSON.stringify(schema).includes('"default"');
  return (value) => {
    const filled = fill ? withDefaults(schema, value) : value;
    rejectIssues(issuesOf(filled), subject);
    return filled;
  };
}

function compiled(schema: JsonSchema, subject: string): ReturnType<typeof validatorFor> {
  try {
    return validatorFor(schema);
  } catch (cause) {
    throw new TypeError(`${subject} schema must be a JSON Schema`, { cause });
  }
}

function standardCheck(schema: StandardSchema, subject: string): Check {
  const standard = schema["~standard"];
  return (value) => {
    const result = standard.validate(value);
    return result instanceof Promise ? result.then((settled) => accept(settled, subject)) : accept(result, subject);
  };
}

/** Only `issues` tells: some libraries give a `value` together with `issues`. */
function accept(result: StandardResult<unknown>, subject: string): unknown {
  if (result.issues === undefined) return result.value;
  throw invalid(result.issues.map(toIssue), subject);
}

function toIssue({ message, path = [] }: StandardIssue): ValidationIssue {
  const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
  return { pointer: jsonPointer(keys), message: withoutReceived(message) };
}

/** valibot ends its messages with `but received "…"` and arktype with `(was …)`: data that may be secret. */
function withoutReceived(message: string): string {
  return message.replace(/,? but received [^]*$| \(was [^]*$/, "");
}

function rejectIssues(issues: readonly ValidationIssue[], subject: string): void {
  if (issues.length > 0) throw invalid(issues, subject);
}

function invalid(issues: readonly ValidationIssue[], subject: string): ValidationError {
  const [first] = issues;
  const place = first === undefined || first.pointer === "" ? "" : ` at "${first.pointer}"`;
  const more = issues.length > 1 ? `, and ${issues.length - 1} more` : "";
  return new ValidationError(`${subject}${place} does not fit its schema: ${first?.message}${more}`, { issues });
}
