import type { RunningServer } from "./find-server.ts";

/** Where a browser finds the dashboard of a server: a link that works once, for a minute, where the server asks who it is. */
export async function dashboardUrl({ state, client }: Pick<RunningServer, "state" | "client">): Promise<string> {
  return state.token === null ? `${state.url}/` : (await client.createSessionLink()).url;
}
