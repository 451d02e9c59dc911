import { relative } from "node:path";
import { nextSteps, type NextStepsOptions } from "./next-steps.ts";
import { quote, visible } from "./quote.ts";
import type { Scaffold } from "./scaffold.ts";

/** What is shown of a scaffold: the files on stdout, the rest on stderr. */
export interface Report {
  readonly result: string;
  readonly advice: string;
}

/** For a person. */
export function describeScaffold(scaffold: Scaffold, options: NextStepsOptions): Report {
  const { kind, name, files, isWritten } = scaffold;
  const title = `${kind} ${quote(name)} ${isWritten ? "created" : "would be created"}, ${files.length} files`;
  const steps = nextSteps(scaffold, options).map((step) => `  ${step}\n`);
  const next = isWritten ? `\nNext:\n${steps.join("")}` : "";
  return { result: files.map((path) => `${placeOf(path, scaffold, options)}\n`).join(""), advice: `${title}\n${next}` };
}

/** For a program. */
export function scaffoldDocument(scaffold: Scaffold, options: NextStepsOptions): object {
  const { kind, name, folder, files, isWritten } = scaffold;
  return { kind, name, folder, files, written: isWritten, next: nextSteps(scaffold, options) };
}

function placeOf(path: string, { folder }: Scaffold, { cwd }: NextStepsOptions): string {
  const way = relative(cwd, folder).replaceAll("\\", "/");
  return visible(way === "" ? path : `${way}/${path}`);
}
