import { version } from "../../lib/version.ts";
import { ok, type Check, type Finding } from "./check.ts";

/** As in `engines` of package.json. */
const oldest = { bun: [1, 2], node: [20, 19] } as const;

export function checkRuntime(versions: Readonly<Record<string, string | undefined>>): Check {
  return { name: "runtime", run: async () => runtimeFinding(versions) };
}

function runtimeFinding({ bun, node = "0" }: Readonly<Record<string, string | undefined>>): Finding {
  const [name, text, least] =
    bun === undefined ? (["Node", node, oldest.node] as const) : (["Bun", bun, oldest.bun] as const);
  const detail = `orchestr8 ${version} on ${name} ${text}`;
  if (isAtLeast(text, least)) return ok(detail);
  return { status: "fail", detail, fix: `update ${name} to ${least.join(".")} or later` };
}

function isAtLeast(text: string, [major, minor]: readonly [number, number]): boolean {
  const [ownMajor = 0, ownMinor = 0] = text.split(".").map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
