import type { SettingKey } from "./config/settings.ts";

/** An argument in citty's words, with three that citty does not know: `repeatable`, `group` and `setting`. */
export interface Argument {
  readonly type: "positional" | "string" | "enum" | "boolean";
  readonly description: string;
  /** One letter. */
  readonly alias?: string;
  readonly valueHint?: string;
  /** What an enum may be. */
  readonly options?: readonly string[];
  readonly required?: boolean;
  /** It may be given more than once; its value is then an array. */
  readonly repeatable?: boolean;
  /** The heading of the help that it stands under. */
  readonly group?: string;
  /** What gives it a value when the command line does not. */
  readonly setting?: SettingKey;
}

export type ArgumentsDef = Readonly<Record<string, Argument>>;
