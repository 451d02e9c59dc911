import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { shownPath } from "./shown-path.ts";

/** Why a module could not be loaded. */
export interface ModuleError {
  readonly reason: string;
  /** Where, as `file:line:column`, relative to the working folder if it is below; undefined if nothing tells. */
  readonly place: string | undefined;
}

interface Place {
  readonly path: string;
  readonly line: number;
  readonly column?: number;
}

const ownRoot = resolve(fileURLToPath(import.meta.url), "../..");
const ownFolders = ["lib", "dsl", "server", "cli"].map((folder) => `${resolve(ownRoot, folder)}${sep}`);

/** What an import threw, in one line and with its place: each runtime and loader has a way of its own to say it. */
export function moduleError(thrown: unknown, cwd: string): ModuleError {
  if (typeof thrown !== "object" || thrown === null) return { reason: String(thrown), place: undefined };
  const message = "message" in thrown ? String(thrown.message) : "it threw what is no error";
  const [first = "", ...more] = message.split("\n");
  const reason = first.replace(/^ParseError: /, "").trim();
  const place = positionOf(thrown) ?? placeIn(more.join("\n")) ?? stackPlace(thrown);
  return { reason, place: place && textOf(place, cwd) };
}

/** What Bun says of a file that it cannot parse. */
function positionOf(thrown: object): Place | undefined {
  const position = "position" in thrown ? thrown.position : undefined;
  if (typeof position !== "object" || position === null) return undefined;
  if (!("file" in position && "line" in position && "column" in position)) return undefined;
  const { file, line, column } = position;
  if (typeof file !== "string" || file === "") return undefined;
  return { path: file, line: Number(line), column: Number(column) };
}

/** The place that jiti puts under its message. */
function placeIn(text: string): Place | undefined {
  const [, path, line, column] = /^\s*(\/\S.*|[A-Za-z]:\\.*):(\d+):(\d+)\s*$/m.exec(text) ?? [];
  return path === undefined ? undefined : { path, line: Number(line), column: Number(column) };
}

function stackPlace(thrown: object): Place | undefined {
  const stack = "stack" in thrown && typeof thrown.stack === "string" ? thrown.stack : "";
  return headPlace(stack) ?? stack.split("\n").flatMap(framePlace).find(isOfUser);
}

/** What V8 puts over the message of a file that it cannot parse: where, some lines, and a mark under the last. */
function headPlace(stack: string): Place | undefined {
  const [, location = "", line, mark] = /^(file:\S+):(\d+)\n(?:.*\n){1,3}?( *)\^/.exec(stack) ?? [];
  return mark === undefined ? undefined : { path: pathOf(location), line: Number(line), column: mark.length + 1 };
}

function framePlace(frame: string): readonly Place[] {
  const [, location = "", line, column] =
    /^\s+at (?:.*\()?((?:file:|\/|[A-Za-z]:\\).*?):(\d+):(\d+)\)?$/.exec(frame) ?? [];
  return line === undefined ? [] : [{ path: pathOf(location), line: Number(line), column: Number(column) }];
}

function isOfUser({ path }: Place): boolean {
  return !path.includes(`${sep}node_modules${sep}`) && !ownFolders.some((folder) => path.startsWith(folder));
}

function pathOf(location: string): string {
  return location.startsWith("file:") ? fileURLToPath(location) : location;
}

function textOf({ path, line, column }: Place, cwd: string): string {
  return [shownPath(path, cwd), line, ...(column === undefined ? [] : [column])].join(":");
}
