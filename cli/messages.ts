import { createConsola, type ConsolaInstance } from "consola/core";
import type { CliContext } from "./context.ts";
import { createPaint } from "./paint.ts";
import { terminalOf } from "./terminal.ts";

/** What is said to the person at the terminal: `error`, `warn`, and `log` for the rest. */
export type Messages = Pick<ConsolaInstance, "error" | "warn" | "log">;

const levels = { all: 3, errors: 0, none: Number.NEGATIVE_INFINITY } as const;

/** Messages on stderr, at once and each one as often as it is said. */
export function createMessages({ stderr, env }: CliContext, level: keyof typeof levels = "all"): Messages {
  const paint = createPaint(terminalOf(stderr, env).hasColours);
  const labels: Readonly<Record<string, string>> = { error: paint.red("error: "), warn: paint.yellow("warning: ") };
  return createConsola({
    level: levels[level],
    throttle: 0,
    reporters: [{ log: ({ type, args }) => void stderr.write(`${labels[type] ?? ""}${args.map(String).join(" ")}\n`) }],
  });
}
