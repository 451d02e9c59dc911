import type { StepView } from "../lib/engine/view.ts";
import { terminalText } from "./terminal-text.ts";

/** What a step waits for, in words: `waits for signal "approve" until 2026-03-01T09:00:00.000Z`. */
export function describeWait({ signal, until }: NonNullable<StepView["waitsFor"]>): string {
  const words = ["waits"];
  if (signal !== undefined) words.push(`for signal "${terminalText(signal)}"`);
  if (until !== undefined) words.push(`until ${until}`);
  return words.join(" ");
}
