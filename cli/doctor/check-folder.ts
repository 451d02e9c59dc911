import { stat, statfs, unlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemId } from "../../lib/new-id.ts";
import { ok, type Check, type Finding } from "./check.ts";
import { sizeText } from "./size-text.ts";

/** Below this a journal may not find room for long. */
const scarceBytes = 500_000_000;

/** Whether only this user gets into the folder of the journal: it holds what workflows were given. */
export function checkModes(folder: string): Check {
  return {
    name: "state folder",
    async run(): Promise<Finding> {
      const found = await stat(folder).catch(() => undefined);
      if (found === undefined) return ok(`none yet; the first run makes ${folder}`);
      const mode = (found.mode & 0o777).toString(8).padStart(3, "0");
      if (process.platform === "win32" || (found.mode & 0o077) === 0) return ok(`${folder}, mode ${mode}`);
      return {
        status: "warn",
        detail: `${folder} has mode ${mode}: others can look into it`,
        fix: `chmod 700 ${folder}`,
      };
    },
  };
}

/** Whether files can be written where the journal is, or will be, and how much room is left. */
export function checkDisk(folder: string): Check {
  return {
    name: "disk",
    async run(): Promise<Finding> {
      const place = await existingFolder(folder);
      const file = join(place, `.orchestr8-doctor-${systemId()}`);
      await writeFile(file, "orchestr8 doctor\n", { flag: "wx", mode: 0o600, flush: true });
      await unlink(file);
      const { bavail, bsize } = await statfs(place);
      const free = bavail * bsize;
      if (free >= scarceBytes) return ok(`${place} can be written, ${sizeText(free)} free`);
      return { status: "warn", detail: `${place} has ${sizeText(free)} left`, fix: 'make room, or use "orchestr8 gc"' };
    },
  };
}

async function existingFolder(folder: string): Promise<string> {
  for (let place = folder; ; place = dirname(place)) {
    if ((await stat(place).catch(() => undefined)) !== undefined || place === dirname(place)) return place;
  }
}
