import type { JsonValue } from "../json.ts";
import type { Usage } from "./events.ts";

/** What a child execution came to. As a step's output it is just `output`. */
export class ChildResult {
  readonly output: JsonValue;
  readonly usage: Usage;

  constructor(output: JsonValue, usage: Usage) {
    this.output = output;
    this.usage = usage;
  }

  toJSON(): JsonValue {
    return this.output;
  }
}
