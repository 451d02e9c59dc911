import { execFile } from "node:child_process";
import process from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** In the same words whoever asks, and wherever. */
const neutral = { LC_ALL: "C", TZ: "UTC" };

/** As macOS and the BSDs know it, to the second. */
export async function askPs(pid: number): Promise<string | undefined> {
  return await answerOf("ps", ["-o", "lstart=", "-p", String(pid)]);
}

export async function askPowerShell(pid: number): Promise<string | undefined> {
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
