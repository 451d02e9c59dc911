import { dereference, type Schema as CfSchema, type SchemaDraft, validate } from "@cfworker/json-schema";
import type { ValidationIssue } from "../errors.ts";
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../json.ts";
import { toJson } from "../to-json.ts";
import { quickFitOf } from "./quick-fit.ts";
import { assertWellFormed } from "./schema-defects.ts";
import { toIssues } from "./schema-issue.ts";

/** Every place where a value does not fit; none means that it fits. */
export type Validator = (value: unknown) => readonly ValidationIssue[];

const noIssues: readonly ValidationIssue[] = Object.freeze([]);
const validators = new WeakMap<JsonObject, Validator>();

/**
 * The validator of a JSON Schema, draft-07 or 2020-12, compiled once per schema object. Data that is not JSON is read as
 * `JSON.stringify` would write it; what JSON cannot hold throws `InvalidValueError`.
 *
 * @throws {TypeError} when the schema itself is malformed or refers to a schema that is not in it.
 */
export function validatorFor(schema: JsonSchema): Validator {
  if (schema === true) return () => noIssues;
  if (schema === false) return () => [{ pointer: "", message: "is not allowed" }];
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const compiled = compile(schema);
  validators.set(schema, compiled);
  return compiled;
}

/** Where the library notes the address that a `$ref` resolves to. */
const refAddress = "__absolute_ref__";

function compile(schema: JsonObject): Validator {
  assertWellFormed(schema);
  // The library writes addresses into the schemas it reads, and ours may be frozen.
  const copy = structuredClone(schema) as CfSchema;
  const lookup = dereference(copy);
  assertResolved(lookup);
  const draft = draftOf(schema);
  const check = (value: unknown): readonly ValidationIssue[] => {
    const { valid, errors } = validate(value, copy, draft, lookup, false);
    return valid ? noIssues : toIssues(errors, schema);
  };
  const fits = quickFitOf(schema);
  return (value) => {
    if (fits?.(value) === true) return noIssues;
    try {
      const issues = check(value);
      // JSON has no undefined: what fails for that alone fits.
      return issues.length === 0 ? issues : check(asJson(value));
    } catch (error) {
      if (error instanceof URIError)
        return [{ pointer: "", message: "must have property names in well-formed Unicode" }];
      if (error instanceof RangeError) {
        throw new RangeError("Cannot check a value: its JSON Schema refers to itself without end", { cause: error });
      }
      // The library throws for undefined where the schema describes it.
      return check(asJson(value));
    }
  };
}

function asJson(value: unknown): JsonValue {
  return toJson(value, Number.POSITIVE_INFINITY).value;
}

function assertResolved(lookup: ReturnType<typeof dereference>): void {
  for (const schema of Object.values(lookup)) {
    if (typeof schema !== "object" || schema[refAddress] === undefined) continue;
    if (lookup[schema[refAddress]] === undefined) {
      throw new TypeError(`Cannot use JSON Schema: "$ref" must name a schema inside it, "${schema.$ref}" does not`);
    }
  }
}

function draftOf(schema: JsonObject): SchemaDraft {
  return ignoresBesideRef(schema) ? "7" : "2020-12";
}

/** Draft-07 ignores what stands beside a `$ref`; without `$schema` the later rule holds. */
export function ignoresBesideRef(root: JsonSchema): boolean {
  if (!isJsonObject(root)) return false;
  const { $schema: dialect } = root;
  return typeof dialect === "string" && /draft-0[67]/.test(dialect);
}
