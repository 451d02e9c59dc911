/** `USAGE`: the call is wrong. `EXISTS`: something is in the way. `FILE`: the disk does not let it. */
export type ScaffoldErrorCode = "USAGE" | "EXISTS" | "FILE";

/** A reason why nothing was created. */
export class ScaffoldError extends Error {
  override readonly name = "ScaffoldError";
  readonly code: ScaffoldErrorCode;
  /** What to do, as a phrase such as `use "my-app"`. */
  readonly fix: string | undefined;

  constructor(code: ScaffoldErrorCode, message: string, fix?: string) {
    super(message);
    this.code = code;
    this.fix = fix;
  }
}
