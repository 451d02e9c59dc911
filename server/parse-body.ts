import { jsonPointer } from "../lib/agents/json-pointer.ts";
import { isJsonObject, type JsonObject } from "../lib/json.ts";
import { readJson } from "../dsl/json-reader.ts";
import { createLocator } from "../dsl/locator.ts";
import { countOf, HttpProblem } from "./problem.ts";

/**
 * A body's text as an object of strict JSON, read as workflow files are.
 *
 * @throws {HttpProblem}
 */
export function parseBody(text: string): JsonObject {
  const { value, problems } = readJson(text);
  if (value === undefined || problems.length > 0) {
    const locator = createLocator(text);
    const errors = problems.map(({ code, message, fix, place }) => {
      return { pointer: jsonPointer(place.path), code, message, fix, range: locator.locate(place) };
    });
    throw new HttpProblem("MALFORMED_JSON", `Cannot read the body: it has ${countOf(errors)}`, { errors });
  }
  if (isJsonObject(value)) return value;
  throw new HttpProblem("VALIDATION", "Cannot read the body: it must be a JSON object");
}
