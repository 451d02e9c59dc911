import type { JsonValue } from "../json.ts";
import type { Workflow } from "../workflow.ts";

/** What a caller passes to a workflow and what comes back. For the compiler only: no workflow has such a property. */
export interface TypedBy<Input, Output> {
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

/** A workflow whose input and output are known when the program is compiled. */
export type TypedWorkflow<Input = unknown, Output = unknown> = Workflow & TypedBy<Input, Output>;

/** What comes back, as far as it is known. */
export type ResultOutput<Output> = [Output] extends [never] ? JsonValue : unknown extends Output ? JsonValue : Output;
