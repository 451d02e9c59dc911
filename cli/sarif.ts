import { type Diagnostic, diagnosticCodes } from "../dsl/diagnostics.ts";
import { version } from "../lib/version.ts";

/** A file as it was checked. `error` stands for one that could not be. */
export interface SarifFile {
  readonly file: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly error?: { readonly message: string } | undefined;
}

const codes = Object.keys(diagnosticCodes);

/** What code scanning reads: SARIF 2.1.0, with every diagnostic as a result and every code as a rule. */
export function sarifLog(files: readonly SarifFile[]): object {
  const failed = files.flatMap(({ file, error }) => (error === undefined ? [] : [notification(file, error.message)]));
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "orchestr8",
            semanticVersion: version,
            version,
            rules: Object.entries(diagnosticCodes).map(rule),
          },
        },
        columnKind: "utf16CodeUnits",
        invocations: [{ executionSuccessful: failed.length === 0, toolExecutionNotifications: failed }],
        results: files.flatMap(({ file, diagnostics }) => diagnostics.map((diagnostic) => result(file, diagnostic))),
      },
    ],
  };
}

function rule([code, meaning]: readonly [code: string, meaning: string]): object {
  const text = `${meaning}.`;
  return {
    id: code,
    name: code,
    shortDescription: { text },
    fullDescription: { text },
    help: { text: `${text} docs/diagnostics.md shows an example of it and how to mend it.` },
    helpUri: `tag:orchestr8,2026:diagnostic/${code.toLowerCase().replaceAll("_", "-")}`,
    defaultConfiguration: { level: code === "STEP_UNREACHABLE" ? "warning" : "error" },
  };
}

function result(file: string, { code, severity, message, fix, range, pointer }: Diagnostic): object {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: fix === undefined ? message : `${message}. Help: ${fix}` },
    locations: [
      {
        physicalLocation: { artifactLocation: artifact(file), ...(range !== undefined && { region: region(range) }) },
        logicalLocations: [{ fullyQualifiedName: pointer }],
      },
    ],
  };
}

/** Columns start at 1 and the end is behind the last character, in SARIF as in diagnostics. */
function region({ start, end }: NonNullable<Diagnostic["range"]>): object {
  return {
    startLine: start.line,
    startColumn: start.column,
    endLine: end.line,
    endColumn: end.column,
    charOffset: start.offset,
    charLength: end.offset - start.offset,
  };
}

function notification(file: string, text: string): object {
  return { level: "error", message: { text }, locations: [{ physicalLocation: { artifactLocation: artifact(file) } }] };
}

/** Relative names stand below the root of the sources, wherever that is. */
function artifact(file: string): object {
  const uri = file.replaceAll("\\", "/").replace(/^\.\//, "").split("/").map(encodeURIComponent).join("/");
  return file.startsWith("/") ? { uri: `file://${uri}` } : { uri, uriBaseId: "%SRCROOT%" };
}
