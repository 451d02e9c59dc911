import process from "node:process";
import { pathToFileURL } from "node:url";

/** What a module exports, by name. */
export type ModuleExports = Readonly<Record<string, unknown>>;

/**
 * Runs a module and gives its exports. Bun and Node from 22.18 on read TypeScript by themselves; for an older Node, and for
 * what Node cannot strip, such as an enum, jiti translates it, and only then is it loaded.
 */
export async function importModule(path: string): Promise<ModuleExports> {
  if (/\.m?js$/.test(path) || readsTypeScript()) {
    try {
      return await importNatively(path);
    } catch (error) {
      // Said of the sources before any of them runs, so nothing runs twice.
      if (!hasCode(error, "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX")) throw error;
    }
  }
  return await importTranslated(path);
}

function readsTypeScript(): boolean {
  const features: Readonly<Record<string, unknown>> = { ...process.features };
  return "bun" in process.versions || typeof features["typescript"] === "string";
}

async function importNatively(path: string): Promise<ModuleExports> {
  const module: ModuleExports = await import(pathToFileURL(path).href);
  return module;
}

/** Through jiti, on any runtime. */
export async function importTranslated(path: string): Promise<ModuleExports> {
  const { createJiti } = await import("jiti");
  // Stack traces then name the lines that were written.
  process.setSourceMapsEnabled(true);
  // Its cache may be a folder in /tmp that others can write to, and what is in there would run.
  const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false, sourceMaps: true });
  return await jiti.import<ModuleExports>(path);
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
