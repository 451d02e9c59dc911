import type { JsonObject, JsonValue } from "../../lib/json.ts";

/** What an editor shows of one key of the workflow format. A string is short for its `text`. */
export type Doc = string | DetailedDoc;

export interface DetailedDoc {
  /** One or two sentences; names of the format stand between backticks. */
  readonly text: string;
  /** What holds when the key is absent, as people would write it. */
  readonly default?: JsonValue | undefined;
  readonly examples?: readonly JsonValue[];
  /** What each value means, where the format lists the values. */
  readonly values?: Readonly<Record<string, string>>;
  /** What editors offer to insert. */
  readonly snippets?: readonly Snippet[];
  /** The keys of an object that has no name of its own. */
  readonly properties?: Docs;
}

/** Docs of an object's keys. */
export type Docs = Readonly<Record<string, Doc>>;

/** A value with places to fill in, such as `"${1:name}"`, and `$1` where the cursor goes. */
export interface Snippet extends JsonObject {
  readonly label: string;
  readonly description: string;
  readonly body: JsonValue;
}
