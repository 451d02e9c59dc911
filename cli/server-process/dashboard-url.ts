import type { RunningServer } from "./find-server.ts";

/** Where a browser finds the dashboard of a server. */
export async function dashboardUrl({ state }: Pick<RunningServer, "state">): Promise<string> {
  return `${state.url}/`;
}
