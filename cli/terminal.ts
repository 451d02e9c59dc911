import type { CliContext, OutputStream } from "./context.ts";

/** What may be shown on a stream. */
export interface Terminal {
  readonly hasColours: boolean;
  readonly hasUnicode: boolean;
  /** Whether lines that were written can be written again. */
  readonly isLive: boolean;
}

/** Follows `FORCE_COLOR`, `NO_COLOR`, `TERM` and `CI`, in this order, and then what the stream is. */
export function terminalOf(stream: OutputStream, env: CliContext["env"]): Terminal {
  // A terminal that nobody looks at, such as one made by script(1), may have no size.
  const isScreen = stream.isTTY === true && env["TERM"] !== "dumb" && stream.columns !== 0 && stream.rows !== 0;
  return {
    hasColours: hasColours(env, isScreen),
    hasUnicode: hasUnicode(env),
    isLive: isScreen && !isOn(env["CI"]),
  };
}

function hasColours(env: CliContext["env"], isScreen: boolean): boolean {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  return isScreen && (env["NO_COLOR"] ?? "") === "";
}

/** Without a locale a system is taken to be modern; "C" and "POSIX" are not. */
function hasUnicode(env: CliContext["env"]): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "");
  return env["TERM"] !== "linux" && (locale === undefined || /utf-?8/i.test(locale));
}

/** Whether a variable such as `CI` is set, and not to say no. */
export function isOn(value: string | undefined): boolean {
  return value !== undefined && value !== "" && value !== "0" && value !== "false";
}
