import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { version } from "./version.ts";
import type { PlannedFile } from "./write-files.ts";

export type TemplateName = "project" | "agent" | "json-workflow" | "typescript-workflow" | "agents-package";

/** The names in the files of `files/`, which are code that compiles and passes its tests as it stands. */
export interface TemplateValues {
  /** Of the package. */
  readonly project: string;
  /** Of agents' ids, without "@". */
  readonly scope: string;
  /** Of the agent or workflow. */
  readonly name: string;
}

/** Reads a template and puts the names in, into its paths as well. Sorted by path. */
export function renderTemplate(template: TemplateName, values: TemplateValues): readonly PlannedFile[] {
  const folder = fileURLToPath(new URL(`./files/${template}/`, import.meta.url));
  const replace = replacer(values);
  return filesBelow(folder)
    .map((path) => ({
      path: replace(publishedName(relative(folder, path).replaceAll(sep, "/"))),
      text: replace(readFileSync(path, "utf8")),
    }))
    .toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesBelow(path) : [path];
  });
}

/** npm drops a `.gitignore`, and tools would take a `package.json` or `tsconfig.json` for one of this repository. */
function publishedName(path: string): string {
  return path.replace(/(^|\/)_gitignore$/, "$1.gitignore").replace(/(^|\/)_(?=[^/]+$)/, "$1");
}

function replacer({ project, scope, name }: TemplateValues): (text: string) => string {
  const words = name.split("-");
  const replacements: Readonly<Record<string, string>> = {
    "sample-project": project,
    "sample-scope": scope,
    "sample-name": name,
    sampleName: words.map((word, index) => (index === 0 ? word : capitalized(word))).join(""),
    "Sample name": capitalized(words.join(" ")),
    "0.0.0-orchestr8": version,
  };
  const pattern = new RegExp(Object.keys(replacements).join("|").replaceAll(".", "\\."), "g");
  return (text) => text.replaceAll(pattern, (found) => replacements[found] ?? found);
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
