/** What a program says that will be there again later, by a convention of old: `EX_TEMPFAIL` of sysexits.h. */
const temporaryFailure = 75;

/** A program ended with an exit code that its step does not expect, or by a signal. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly code = "COMMAND_FAILED";
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined;
  /** What a program does may be done by now, so only exit code 75, a temporary failure, asks for another attempt. */
  readonly isRetryable: boolean;

  constructor(message: string, exitCode: number | undefined) {
    super(message);
    this.exitCode = exitCode;
    this.isRetryable = exitCode === temporaryFailure;
  }
}
