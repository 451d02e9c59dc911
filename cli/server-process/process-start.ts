import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";
import { startOf } from "../../lib/journal/sqlite/process-identity.ts";

const run = promisify(execFile);

/** In the same words whoever asks, and wherever. */
const neutral = { LC_ALL: "C", TZ: "UTC" };

/**
 * When a process was started, in the system's own terms: the number of a process is given to another one later, its number
 * and start together are not. Undefined when no process has the number.
 */
export async function processStart(pid: number, platform = process.platform): Promise<string | undefined> {
  if (platform === "linux") return startOf(pid);
  return platform === "win32" ? await askPowerShell(pid) : await askPs(pid);
}

/** As macOS and the BSDs know it, to the second. */
async function askPs(pid: number): Promise<string | undefined> {
  return await answerOf("ps", ["-o", "lstart=", "-p", String(pid)]);
}

async function askPowerShell(pid: number): Promise<string | undefined> {
  const script = `(Get-Process -Id ${pid} -ErrorAction Stop).StartTime.ToFileTimeUtc()`;
  return await answerOf("powershell.exe", ["-NoProfile", "-NonInteractive", "-Command", script]);
}

/** Both fail for a process that is not there. */
async function answerOf(program: string, parameters: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout } = await run(program, parameters, { env: { ...process.env, ...neutral }, windowsHide: true });
    const answer = stdout.trim();
    return answer === "" ? undefined : answer;
  } catch {
    return undefined;
  }
}
