import { stat } from "node:fs/promises";
import { type Clock, sleep } from "../../lib/clock.ts";

/** How often files are looked at. A change counts when nothing else has changed for so long. */
const pollMs = 150;

/** How files stood at some moment. */
export interface Stamp {
  readonly files: readonly string[];
  readonly text: string;
}

/** How the files stand now. */
export async function stampOf(files: readonly string[]): Promise<Stamp> {
  return { files, text: await textOf(files) };
}

/**
 * Resolves with true when one of the files was changed, added or removed since then, and all have been left alone for a moment; with
 * false when `signal` aborts. It looks at them in turn: editors replace files, and not every file system tells of it.
 */
export async function nextChange(
  { files, text: before }: Stamp,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<boolean> {
  for (let last = before; ;) {
    await sleep(clock, pollMs, signal).catch(() => undefined);
    if (signal.aborted) return false;
    const now = await textOf(files);
    if (now !== before && now === last) return true;
    last = now;
  }
}

async function textOf(files: readonly string[]): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (file) => {
      const found = await stat(file).catch(() => undefined);
      return found === undefined ? "absent" : `${found.mtimeMs} ${found.size} ${found.ino}`;
    }),
  );
  return stamps.join("\n");
}
