import { pointerPath } from "../lib/agents/json-pointer.ts";
import { childOf } from "../lib/agents/schema-node.ts";
import { isJsonObject, type JsonObject, type JsonSchema, type JsonValue } from "../lib/json.ts";
import type { Template } from "../lib/workflow.ts";
import type { CheckContext } from "./check-context.ts";
import type { DiagnosticCode } from "./diagnostics.ts";
import { partValidator } from "./part-validator.ts";
import { type Path, type Place, quoted } from "./problem.ts";
import { childSchema, demandsOf } from "./schema-demands.ts";
import { followPath } from "./static/follow-path.ts";
import type { TemplateTypes } from "./static/infer-template.ts";
import { overlaps } from "./static/overlap.ts";
import { schemaArray, schemaObject } from "./static/schema-shapes.ts";
import { schemaDocument } from "./static/schema-type.ts";
import { isNever, type StaticType } from "./static/static-type.ts";
import { typeText, wantedText } from "./static/type-text.ts";
import { surelyFits } from "./surely-fits.ts";
import type { TypeReader } from "./type-reader.ts";

export interface Given {
  readonly context: CheckContext;
  readonly code: DiagnosticCode;
  /** Of the agent that takes it. */
  readonly schema: JsonSchema;
  /** What each part of the template gives. */
  readonly types: TemplateTypes;
  readonly reader: TypeReader;
  /** Where the template stands. */
  readonly path: Path;
}

/**
 * Reports what in a template cannot fit the schema of what takes it, part by part, so that each report stands at the
 * expression or constant that is wrong. Constants are validated; of expressions the types are compared.
 */
export function checkGiven(given: Given, template: Template): void {
  const { schema, types } = given;
  if (surelyFits(schema, template, (expression) => types.branchesOf(expression))) return;
  new GivenCheck(given).part(template, [given.schema], []);
}

class GivenCheck {
  readonly #given: Given;
  readonly #reported = new Set<string>();

  constructor(given: Given) {
    this.#given = given;
  }

  /** `schemas` are all that what stands at `below` must satisfy. */
  part(template: Template, schemas: readonly JsonValue[], below: Path): void {
    if (schemas.length === 0) return;
    const before = this.#reported.size;
    if (template.kind === "literal") this.#constant(template.value, schemas, below);
    if (template.kind === "array") this.#items(template.items, this.#demands(schemas), below);
    if (template.kind === "object") this.#entries(template.entries, this.#demands(schemas), below);
    // Of what is wrong inside nothing more needs to be said.
    if (this.#reported.size === before) this.#compare(template, schemas, below);
  }

  #demands(schemas: readonly JsonValue[]): readonly JsonObject[] {
    return demandsOf(schemas, this.#given.schema);
  }

  #constant(value: JsonValue, schemas: readonly JsonValue[], below: Path): void {
    for (const schema of schemas) {
      const validate = isJsonObject(schema) ? partValidator(schema, this.#given.schema) : undefined;
      for (const { pointer, message } of validate?.(value) ?? []) {
        this.#report([...below, ...valuePath(value, pointer)], message);
      }
    }
  }

  #items(items: readonly Template[], demands: readonly JsonObject[], below: Path): void {
    for (const demand of demands) {
      const shape = schemaArray(demand, this.#document);
      if (shape === undefined) continue;
      if (items.length < shape.minItems) this.#report(below, `must have at least ${shape.minItems} items`);
      if (items.length > shape.maxItems) this.#report(below, `must have at most ${shape.maxItems} items`);
    }
    for (const [index, item] of items.entries()) this.part(item, childSchemas(demands, index), [...below, index]);
  }

  #entries(entries: Readonly<Record<string, Template>>, demands: readonly JsonObject[], below: Path): void {
    for (const demand of demands) {
      const shape = schemaObject(demand, this.#document);
      for (const key of shape?.required ?? []) {
        if (!Object.hasOwn(entries, key)) this.#report(below, `must have the property ${quoted(key)}`);
      }
      for (const key of Object.keys(entries)) {
        if (shape?.property(key).presence === "never") this.#report([...below, key], "is not allowed");
      }
    }
    for (const [key, entry] of Object.entries(entries)) this.part(entry, childSchemas(demands, key), [...below, key]);
  }

  #compare(template: Template, schemas: readonly JsonValue[], below: Path): void {
    const { types, reader, path } = this.#given;
    if (template.kind !== "expression") {
      this.#compareType(types.typeOf(template), schemas, below);
      return;
    }
    for (const { expression, type } of types.branchesOf(template.expression)) {
      this.#compareType(type, schemas, below, () => reader.placeOf(expression, [...path, ...below]));
    }
  }

  #compareType(given: StaticType, schemas: readonly JsonValue[], below: Path, placeOf?: () => Place): void {
    for (const schema of schemas) {
      const wanted = this.#document.typeOf(schema);
      if (isNever(given) || overlaps(given, wanted)) continue;
      const isOtherKind = (given.kinds & wanted.kinds) === 0;
      const message = isOtherKind
        ? `gives ${typeText(given)}, and the agent wants ${wantedText(wanted)}`
        : `never gives what the agent wants: ${wantedText(wanted)}`;
      this.#report(below, message, placeOf?.());
      return;
    }
  }

  get #document(): ReturnType<typeof schemaDocument> {
    return schemaDocument(this.#given.schema, "in");
  }

  #report(below: Path, message: string, place?: Place): void {
    const { context, code, path } = this.#given;
    const whole = [...path, ...below];
    const key = String(whole.at(-1));
    const id = JSON.stringify([below, message, place]);
    if (this.#reported.has(id)) return;
    this.#reported.add(id);
    const told = followPath(this.#document.typeOf(this.#given.schema), below);
    const isUnknownKey = told.kind === "excluded" && told.at === below.length - 1 && !told.names.includes(key);
    const fix = isUnknownKey ? context.suggest(key, told.names) : undefined;
    const own: Place = isUnknownKey ? { path: whole, part: "key" } : { path: whole };
    context.report({ code, message: `${quoted(key)} ${message}`, fix, place: place ?? own });
  }
}

/** A child that may not be there at all was reported as such. */
function childSchemas(demands: readonly JsonObject[], key: string | number): readonly JsonValue[] {
  return demands.map((demand) => childSchema(demand, key)).filter((schema) => schema !== undefined && schema !== false);
}

/** The path a pointer names: it writes array indexes as text, and in a path they are numbers. */
function valuePath(value: JsonValue, pointer: string): Path {
  let current: JsonValue | undefined = value;
  return pointerPath(pointer).map((key) => {
    const step = Array.isArray(current) ? Number(key) : key;
    current = childOf(current, key);
    return step;
  });
}
