import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const root = resolve(import.meta.dir, "..");
const folders = ["lib", "dsl", "testing", "server", "cli", "templates", "examples", "bench"] as const;
type Folder = (typeof folders)[number];

/** Which rooms each room may look into. Examples and benches use the public entries, like any user. */
const mayImport: Record<Folder, readonly Folder[]> = {
  lib: ["lib"],
  dsl: ["lib", "dsl"],
  testing: ["lib", "dsl", "testing"],
  server: ["lib", "dsl", "server"],
  cli: ["lib", "dsl", "server", "cli", "templates"],
  templates: ["templates"],
  examples: ["examples"],
  bench: ["bench"],
};

/** Which packages each room, or single file, may use. */
const mayUse: readonly (readonly [path: string, packages: readonly string[]])[] = [
  ["lib/telemetry.ts", ["@opentelemetry/api"]],
  ["lib/agents/json-schema.ts", ["@cfworker/json-schema"]],
  ["lib/agents/schema-issue.ts", ["@cfworker/json-schema"]],
  ["lib/agents/version.ts", ["semver"]],
  ["lib/agents/http/address-guard.ts", ["ipaddr.js"]],
  ["lib/journal/sqlite/libsql-driver.ts", ["libsql"]],
  ["dsl/", ["valibot", "@valibot/to-json-schema", "jsonc-parser"]],
  ["testing/", ["msw"]],
  ["server/", ["elysia", "srvx"]],
  ["cli/", ["citty", "consola", "jiti", "log-update"]],
  ["cli/config/", ["valibot", "jsonc-parser"]],
  ["cli/discovery/", ["picomatch"]],
  ["cli/server-process/open-in-browser.ts", ["open"]],
  ["cli/telemetry/is-tracing-installed.ts", ["@opentelemetry/api"]],
  ["cli/telemetry/trace-provider.ts", ["@opentelemetry/sdk-trace-node", "@opentelemetry/resources"]],
  ["cli/telemetry/trace-provider.ts", ["@opentelemetry/exporter-trace-otlp-http"]],
  ["dsl/graph/", ["@dagrejs/dagre", "string-width"]],
  ["templates/files/", ["orchestr8"]],
  ["examples/", ["valibot", "orchestr8"]],
  ["bench/", ["mitata", "orchestr8", "valibot"]],
  ["bench/load.ts", ["autocannon"]],
  ["bench/http/", ["elysia", "srvx"]],
  ["bench/peers/", ["cockatiel", "opossum", "p-retry", "effect"]],
  ["bench/peers/", ["@dbos-inc/dbos-sdk", "@langchain/langgraph", "@mastra/core", "@mastra/libsql", "libsql", "zod"]],
  ["bench/peers/", ["@restatedev/restate-sdk", "@restatedev/restate-sdk-clients"]],
];

const ambient =
  /\b(?:Date\.now|performance\.now|Math\.random|crypto\.randomUUID|new Date\(\)|setTimeout|setInterval|AbortSignal\.timeout)\b/;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly code: string;
  readonly imports: readonly string[];
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !/node_modules|^dist\//.test(path))
    .map((path) => join(folder, path));
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), "utf8");
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
  const imports = [...code.matchAll(/(?<!")\b(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  return { path, text, code, imports };
}

const everything = folders.flatMap(sourcesIn).map(read);
const shipped = everything.filter(({ path }) => !/\.(?:test|suite|bench)\.ts$|\/fixtures\//.test(path));

function target(source: Source, specifier: string): string {
  return relative(root, resolve(root, dirname(source.path), specifier));
}

function findings(check: (source: Source) => readonly string[], sources = shipped): string[] {
  return sources.flatMap((source) => check(source).map((finding) => `${source.path}: ${finding}`));
}

describe("the house", () => {
  test("lets imports point one way: lib <- dsl <- server <- cli", () => {
    const wrong = findings((source) =>
      source.imports
        .filter((specifier) => specifier.startsWith("."))
        .map((specifier) => target(source, specifier))
        .filter((path) => {
          // The front door is the one file that may look up, to hand out the language with the kernel.
          if (source.path === "lib/index.ts") return !/^(?:lib|dsl)\//.test(path);
          return !mayImport[source.path.split("/")[0] as Folder].some((folder) => path.startsWith(`${folder}/`));
        }),
    );
    expect(wrong).toEqual([]);
  });

  test("lets each room use only its packages", () => {
    const wrong = findings((source) => {
      const allowed = mayUse.filter(([path]) => source.path.startsWith(path)).flatMap(([, packages]) => packages);
      return source.imports
        .filter((specifier) => !specifier.startsWith(".") && !/^(?:node|bun):/.test(specifier))
        .filter((specifier) => !allowed.some((name) => specifier === name || specifier.startsWith(`${name}/`)));
    });
    expect(wrong).toEqual([]);
  });

  test("keeps the kernel off the machine: no node: module in lib but for hashing, and where files and the network are", () => {
    const touching: readonly (readonly [path: string, modules: RegExp])[] = [
      ["lib/journal/sqlite/", /^node:(?:crypto|fs|os|path)$/],
      ["lib/agents/http/", /^node:(?:dns\/promises|http|https|net|stream|tls|zlib)$/],
      ["lib/agents/file/", /^node:(?:fs|fs\/promises|path)$/],
      ["lib/agents/command/", /^node:(?:child_process|fs\/promises|path|stream)$/],
      ["lib/", /^node:crypto$/],
    ];
    const wrong = findings((source) => {
      const [, allowed] = touching.find(([path]) => source.path.startsWith(path)) ?? [];
      if (allowed === undefined) return [];
      return source.imports.filter((specifier) => specifier.startsWith("node:") && !allowed.test(specifier));
    });
    expect(wrong).toEqual([]);
  });

  test("has no import cycles", () => {
    const graph = new Map(
      shipped.map((source) => [
        source.path,
        source.imports.filter((specifier) => specifier.startsWith(".")).map((specifier) => target(source, specifier)),
      ]),
    );
    expect(cycles(graph)).toEqual([]);
  });

  test("keeps entry files for users: nothing inside imports an index.ts", () => {
    const wrong = findings((source) => source.imports.filter((specifier) => /^\..*\/index\.ts$/.test(specifier)));
    expect(wrong.filter((finding) => !finding.startsWith("lib/index.ts"))).toEqual([]);
  });

  test("stops every file at 300 lines", () => {
    const long = findings(({ text }) => {
      const lines = text.split("\n").length - 1;
      return lines > 300 ? [`${lines} lines`] : [];
    });
    expect(long).toEqual([]);
  });

  test("takes time and chance in lib from the clock, and from what makes ids, alone", () => {
    const sources = new Set(["lib/clock.ts", "lib/new-id.ts"]);
    const wrong = findings((source) => {
      if (!source.path.startsWith("lib/") || sources.has(source.path)) return [];
      return source.code.split("\n").filter((line) => ambient.test(line));
    });
    expect(wrong).toEqual([]);
  });

  test("keeps Bun's own APIs in files named *.bun.ts", () => {
    const wrong = findings((source) =>
      source.path.endsWith(".bun.ts")
        ? []
        : [
            ...source.imports.filter((name) => name.startsWith("bun")),
            ...(/\bBun\./.test(source.code) ? ["Bun."] : []),
          ],
    );
    expect(wrong).toEqual([]);
  });

  test("has no drawer for odds and ends", () => {
    const drawers = everything.filter(({ path }) =>
      /\/(?:utils?|helpers?|types|constants|common|misc)(?:\.ts|\/)/.test(path),
    );
    expect(drawers.map(({ path }) => path)).toEqual([]);
  });

  test("spells cancelled with two l", () => {
    const wrong = findings(
      ({ text }) => (/\bcancell?ed\b/i.test(text) ? (text.match(/\bcanceled\b/gi) ?? []) : []),
      everything,
    );
    expect(wrong.filter((finding) => !finding.startsWith("lib/architecture.test.ts"))).toEqual([]);
  });
});

/** Every cycle's path, found by depth-first search. */
function cycles(graph: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) found.push([...trail.slice(start), path].join(" -> "));
    if (start >= 0 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return found;
}
