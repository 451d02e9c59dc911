import { type Validator, validatorFor, withDefaults } from "../lib/agents/json-schema.ts";
import { isJsonObject, type JsonObject, type JsonSchema } from "../lib/json.ts";

/** What a part of a schema says depends on the rest of it where one of these stands. */
const notAlone = /"(?:unevaluatedProperties|unevaluatedItems|\$recursiveRef|\$dynamicRef|\$anchor|\$id|id)":/;

const validators = new WeakMap<JsonObject, Validator | undefined>();

/**
 * A validator of values that must satisfy one part of a schema, after defaults were filled in. Undefined where the part
 * means nothing without the rest.
 */
export function partValidator(part: JsonObject, root: JsonSchema): Validator | undefined {
  if (!validators.has(part)) validators.set(part, createValidator(part, root));
  return validators.get(part);
}

function createValidator(part: JsonObject, root: JsonSchema): Validator | undefined {
  if (part !== root && notAlone.test(JSON.stringify(part))) return undefined;
  const schema = part === root ? part : standalone(part, root);
  try {
    const validate = validatorFor(schema);
    return (value) => validate(withDefaults(schema, value));
  } catch (error) {
    // It refers to something outside of itself, or is malformed: then nothing is said.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The part as a schema of its own, with the definitions and the dialect of the whole. */
function standalone(part: JsonObject, root: JsonSchema): JsonObject {
  if (!isJsonObject(root)) return part;
  const { $schema, definitions, $defs } = root;
  return {
    ...($schema !== undefined && { $schema }),
    ...(definitions !== undefined && { definitions }),
    ...($defs !== undefined && { $defs }),
    ...part,
  };
}
