import { type Validator, validatorFor } from "../lib/agents/json-schema.ts";
import { ValidationError } from "../lib/errors.ts";
import { withDefaults } from "../lib/agents/with-defaults.ts";
import { isJsonObject, type JsonObject, type JsonSchema } from "../lib/json.ts";

/** What a part of a schema says depends on the rest of it where one of these stands, or a reference to other than definitions. */
const notAlone =
  /"(?:unevaluatedProperties|unevaluatedItems|\$recursiveRef|\$dynamicRef|\$anchor|\$id|id)":|"\$ref":"(?!#\/(?:definitions|\$defs)\/)/;

const validators = new WeakMap<JsonObject, Validator | undefined>();

/**
 * A validator of values that must satisfy one part of a schema, with or without its defaults. Undefined where the part
 * means nothing without the rest.
 */
export function partValidator(part: JsonObject, root: JsonSchema): Validator | undefined {
  if (!validators.has(part)) validators.set(part, createValidator(part, root));
  return validators.get(part);
}

function createValidator(part: JsonObject, root: JsonSchema): Validator | undefined {
  const schema = part === root ? part : standalone(part, root);
  if (part !== root && notAlone.test(JSON.stringify(schema))) return undefined;
  const validate = unlessUnusable(() => validatorFor(schema));
  if (validate === undefined) return undefined;
  return (value) =>
    unlessUnusable(() => {
      // Whether defaults reach this part depends on the way to it, and a default itself may not fit.
      const filled = withDefaults(schema, value);
      const issues = validate(filled);
      return filled === value || issues.length === 0 || validate(value).length > 0 ? issues : [];
    }) ?? [];
}

/** Nothing is said with a schema that is malformed, refers to something outside of itself, or to itself without end. */
function unlessUnusable<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ValidationError) return undefined;
    throw error;
  }
}

/** The part as a schema of its own, with the definitions and the dialect of the whole. */
function standalone(part: JsonObject, root: JsonSchema): JsonObject {
  if (!isJsonObject(root)) return part;
  const { $schema, definitions, $defs } = root;
  const hasReference = JSON.stringify(part).includes('"$ref"');
  return {
    ...($schema !== undefined && { $schema }),
    ...(hasReference && definitions !== undefined && { definitions }),
    ...(hasReference && $defs !== undefined && { $defs }),
    ...part,
  };
}
