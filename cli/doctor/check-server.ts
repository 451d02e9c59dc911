import { version } from "../../lib/version.ts";
import { findServer } from "../server-process/find-server.ts";
import { ok, type Check, type Finding } from "./check.ts";

const restart = 'use "orchestr8 restart"';

/** Whether the server that the state folder tells of is there, answers, and is of this version. */
export function checkServer(folder: string): Check {
  return {
    name: "server",
    async run(): Promise<Finding> {
      const found = await findServer(folder);
      switch (found.kind) {
        case "none":
          return ok("none runs; one starts when it is needed");
        case "gone":
          return {
            status: "warn",
            detail: `process ${found.state.pid} ended without cleaning up`,
            fix: 'use "orchestr8 start": what it ran goes on',
          };
        case "elsewhere":
          return {
            status: "warn",
            detail: `it belongs to a process on "${found.state.host}"`,
            fix: "stop it there, or use another --state-dir",
          };
        case "silent":
          return {
            status: "fail",
            detail: `process ${found.state.pid} does not answer at ${found.state.url}`,
            fix: restart,
          };
        case "unusable":
          return {
            status: "fail",
            detail: `${folder}/server.json: ${found.why}`,
            fix: "look at the file, and remove it",
          };
        case "running":
          return found.state.version === version
            ? ok(`it answers at ${found.state.url}`)
            : {
                status: "warn",
                detail: `it is of version ${found.state.version}, and this is ${version}`,
                fix: restart,
              };
      }
    },
  };
}
