import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { bytesBySource, type SourceMap } from "./source-map.ts";

/** What a program that only retries, breaks circuits and limits time bundles. Its size has a budget. */
export const stackParts = "retry, circuitBreaker, timeout, compose";

export interface Bundle {
  readonly part: string;
  readonly minified: number;
  readonly gzipped: number;
  /** Minified bytes by source file. */
  readonly sources: ReadonlyMap<string, number>;
}

const root = resolve(import.meta.dirname, "..");

/** What importing `part` of `orchestr8/resilience` adds to a bundle, `*` for everything. */
export async function bundle(part: string): Promise<Bundle> {
  mkdirSync(join(root, ".bench"), { recursive: true });
  const folder = mkdtempSync(join(root, ".bench", "size-"));
  const entry = join(folder, "entry.ts");
  writeFileSync(entry, `export ${part === "*" ? part : `{ ${part} }`} from "orchestr8/resilience";`);
  try {
    const options = { minify: true, target: "node", sourcemap: "external" } as const;
    const { outputs } = await Bun.build({ entrypoints: [entry], ...options });
    const [code = "", map = ""] = await Promise.all(outputs.map((output) => output.text()));
    // The number of the source map is no part of the program.
    const program = code.replace(/\n\/\/# debugId=.*\n?$/, "\n");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a source map, version 3
    const bytes = [...bytesBySource(program, JSON.parse(map) as SourceMap)];
    return {
      part,
      minified: Buffer.byteLength(program),
      gzipped: gzipSync(program, { level: 9 }).length,
      sources: new Map(bytes.map(([source, size]) => [relative(root, resolve(source)), size])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
