import { readdirSync, readFileSync } from "node:fs";
import { extname } from "node:path";

export interface Asset {
  /** Its `Content-Type`. */
  readonly type: string;
  readonly text: string;
}

/** What a page may load, by how its name ends. */
const assetTypes: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

const folder = new URL("./pages/", import.meta.url);

/** By their names, read when the first page is shown: programs that show none need not read them. */
let files: ReadonlyMap<string, string> | undefined;

function readFiles(): ReadonlyMap<string, string> {
  const names = readdirSync(folder).filter((name) => extname(name) === ".html" || extname(name) in assetTypes);
  return new Map(names.map((name) => [name, readFileSync(new URL(name, folder), "utf8")]));
}

/** A file that a page loads. Only what is in the folder has a name here, so no name leads out of it. */
export function readAsset(name: string): Asset | undefined {
  files ??= readFiles();
  const text = files.get(name);
  const type = assetTypes[extname(name)];
  return text === undefined || type === undefined ? undefined : { type, text };
}

/** @throws {Error} when the package lacks it. */
export function readPage(name: string): string {
  files ??= readFiles();
  const text = files.get(name);
  if (text === undefined) throw new Error(`Cannot show page "${name}": the package lacks it`);
  return text;
}
