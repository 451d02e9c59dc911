import { jsonPointer } from "../lib/agents/json-pointer.ts";
import type { JsonObject } from "../lib/json.ts";
import type { DiagnosticCode } from "../dsl/diagnostics.ts";
import { countOf, HttpProblem, type ProblemDetail } from "./problem.ts";

/** Collects what is wrong with a body, so that one reply names all of it. */
export class RequestErrors {
  readonly #errors: ProblemDetail[] = [];

  add(path: readonly string[], code: DiagnosticCode, message: string): void {
    this.#errors.push({ pointer: jsonPointer(path), code, message });
  }

  /** Reports every key of the body that is not among `keys`. */
  allowOnly(body: JsonObject, keys: readonly string[]): void {
    for (const key of Object.keys(body)) {
      if (!keys.includes(key))
        this.add([key], "SCHEMA_UNKNOWN_KEY", `The body has no such key (keys: ${keys.join(", ")})`);
    }
  }

  /** @throws {HttpProblem} when there is any; `subject` starts its message. */
  throwIfAny(subject: string): void {
    if (this.#errors.length === 0) return;
    throw new HttpProblem("VALIDATION", `${subject}: the body has ${countOf(this.#errors)}`, { errors: this.#errors });
  }
}
