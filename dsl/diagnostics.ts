/** Every code a diagnostic can carry and what it means. Codes are stable; messages are for people and may change. */
export const diagnosticCodes = {
  JSON_TOO_LARGE: "The file is larger than a workflow may be",
  JSON_BOM: "The file starts with a byte order mark",
  JSON_SYNTAX: "The text is not strict JSON",
  JSON_TOO_DEEP: "Objects and arrays are nested too deep",
  JSON_DUPLICATE_KEY: "An object has the same key twice",
  JSON_FORBIDDEN_KEY: "A key could change the prototype of objects",
  JSON_NUMBER_RANGE: "A number cannot be represented without loss",
  SCHEMA_TYPE: "A value has the wrong type",
  SCHEMA_VALUE: "A value has the right type but is not allowed",
  SCHEMA_MISSING_KEY: "A required key is absent",
  SCHEMA_UNKNOWN_KEY: "A key is not part of the language",
  SCHEMA_CONFLICTING_KEY: "Two keys of an object do not go together",
  EXPRESSION_SYNTAX: "An expression does not follow the grammar",
  EXPRESSION_TOO_LARGE: "An expression, or the number of them in a string, is over a limit",
  EXPRESSION_UNKNOWN_ROOT: "A reference starts with a name that is not a root",
  EXPRESSION_UNKNOWN_FUNCTION: "A function is not part of the language",
  EXPRESSION_ARITY: "A function is called with the wrong number of arguments",
  EXPRESSION_TYPE: "A part of an expression gives a type that its place can never use",
  STEP_DUPLICATE: "Two steps have the same id",
  STEP_UNKNOWN: "No step has this id",
  STEP_SELF: "A step depends on or refers to itself",
  STEP_CYCLE: "Steps wait for each other",
  STEP_UNREACHABLE: "No run can ever get to a step",
  REFERENCE_MISPLACED: "A reference starts with a root that stands for nothing in this place",
  REFERENCE_UNKNOWN: "A reference names something that does not exist",
  REFERENCE_EXCLUDED: "A schema excludes the referenced path",
  REFERENCE_MAY_BE_ABSENT: "A referenced value may be absent and has no default",
  SECRET_MISPLACED: "A secret stands where it would be recorded",
  FOR_EACH_ITEMS: "The items of a forEach are not an array",
  WAIT_TIME: "The time a step waits until is not one moment",
  AGENT_UNKNOWN: "No registered agent has this id",
  AGENT_VERSION: "No version of the agent is in the wanted range",
  AGENT_CONFIG: "The agent's config does not fit its schema",
  AGENT_INPUT: "The input does not fit the agent's schema",
  POLICY_SET_UNKNOWN: "No policy set has this name",
  IDEMPOTENCY_KEY: "Calls that differ would have the same idempotency key",
  WORKFLOW_FILE: "A file cannot be the workflow of a step",
  WORKFLOW_CYCLE: "Workflow files run each other",
  WORKFLOW_INPUT: "The input does not fit the schema of the workflow that a step runs",
  FALLBACK_MISSING: "A step asks for a fallback without naming it",
  FALLBACK_UNUSED: "A fallback is named but never used",
  FALLBACK_SHARED: "Two steps have the same fallback",
  FALLBACK_DEPENDED_ON: "A step waits for a fallback, which may never run",
} as const satisfies Record<string, string>;

export type DiagnosticCode = keyof typeof diagnosticCodes;

/** One problem of a workflow text, where it is and how to mend it. Messages never contain received values. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  /** A workflow with errors does not run; one with warnings does. */
  readonly severity: "error" | "warning";
  readonly message: string;
  /** The file's name as the caller gave it. */
  readonly file: string;
  /** Absent when the workflow came as a value without text. */
  readonly range?: Range;
  /** RFC 6901, from the top of the document. */
  readonly pointer: string;
  /** What to do, as a phrase such as `use "timeout"`. */
  readonly fix?: string;
}

/** From the first character up to, but not including, `end`. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** `line` and `column` start at 1, `offset` at 0; columns and offsets count UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}
