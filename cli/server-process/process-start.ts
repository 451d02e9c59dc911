import process from "node:process";
import { startOf } from "../../lib/journal/sqlite/process-identity.ts";

/**
 * When a process was started, in the system's own terms: the number of a process is given to another one later, its number
 * and start together are not. Undefined when no process has the number.
 */
export async function processStart(pid: number, platform = process.platform): Promise<string | undefined> {
  if (platform === "linux") return startOf(pid);
  const { askPowerShell, askPs } = await import("./ask-system.ts");
  return platform === "win32" ? await askPowerShell(pid) : await askPs(pid);
}
