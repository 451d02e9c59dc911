import process from "node:process";
import type { CliContext } from "../context.ts";
import type { ExitCode } from "../exit.ts";
import type { StateValues } from "../journal/state-folder.ts";
import { createMessages } from "../messages.ts";
import { isOn } from "../terminal.ts";
import { dashboardUrl } from "./dashboard-url.ts";
import { ensureServer } from "./ensure-server.ts";
import { openInBrowser } from "./open-in-browser.ts";
import { tellOfStart } from "./server-connection.ts";
import { serverFolder } from "./server-folder.ts";

/** Prints where the dashboard is, and opens it where somebody can see it. `show` opens an address, or says why it cannot. */
export async function openDashboard(
  values: StateValues,
  context: CliContext,
  { show = openInBrowser, platform = process.platform }: OpenOptions = {},
): Promise<ExitCode> {
  const messages = createMessages(context);
  const folder = await serverFolder(values, context);
  const note = (text: string): void => messages.log(text);
  const server = await ensureServer({ folder, note }, context);
  tellOfStart(server, { note });
  const url = await dashboardUrl(server);
  context.stdout.write(`${url}\n`);
  if (!hasScreen(context.env, platform)) {
    messages.log("There is no screen to open it on: open the address yourself");
    return 0;
  }
  const failure = await show(url);
  if (failure !== undefined) messages.warn(`Cannot open a browser: ${failure}; open the address yourself`);
  return 0;
}

export interface OpenOptions {
  readonly show?: (url: string) => Promise<string | undefined>;
  readonly platform?: NodeJS.Platform;
}

/** Whether a window that is opened is seen by whoever called. */
export function hasScreen(env: CliContext["env"], platform: NodeJS.Platform): boolean {
  if (isOn(env["CI"]) || isOn(env["SSH_CONNECTION"]) || isOn(env["SSH_TTY"])) return false;
  if (platform === "win32" || platform === "darwin") return true;
  return isOn(env["DISPLAY"]) || isOn(env["WAYLAND_DISPLAY"]) || isOn(env["WSL_DISTRO_NAME"]);
}
