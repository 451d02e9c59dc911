import { agentPatterns, workflowPatterns } from "./default-patterns.ts";

/** What the value of a setting may be. */
export type SettingType =
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  | { readonly kind: "duration" }
  | { readonly kind: "text" }
  /** A file or folder; a relative one is looked for from where it is named. */
  | { readonly kind: "path" }
  | { readonly kind: "path or false" }
  | { readonly kind: "list" }
  /** Environment variables, as `NAME` or `NAME=value`. */
  | { readonly kind: "variables" }
  /** Secrets and the variables that hold them; as text, `name=VARIABLE`. */
  | { readonly kind: "secrets" };

export interface Setting {
  readonly type: SettingType;
  readonly description: string;
  /** The flag that beats everything, without its dashes. */
  readonly flag?: string;
  /** Undefined where something stands for it that is no value. */
  readonly fallback?: boolean | number | string | readonly string[];
  /** Whether values of different layers are put together. Otherwise the nearest one stands alone. */
  readonly addsUp?: boolean;
  /** Whether it only makes sense in a project. */
  readonly ofProject?: boolean;
  /** Whether a value that no flag gave makes no sense beside these arguments, and is left out. */
  readonly isOutOfPlace?: (value: AnySettingValue, given: Readonly<Record<string, unknown>>) => boolean;
}

/** Everything that can be configured. Its variable is made from the key: `server.port` is `ORCHESTR8_SERVER_PORT`. */
export const settings = {
  "server.auto": {
    type: { kind: "boolean" },
    description: "run in the project's server, and start one where none runs",
    fallback: true,
  },
  "server.port": {
    type: { kind: "integer", min: 0, max: 65_535 },
    description: "where the server listens; 0 is any free port",
    flag: "port",
    fallback: 8_088,
  },
  "server.host": {
    type: { kind: "text" },
    description: "the address that the server is reached at",
    flag: "host",
    fallback: "127.0.0.1",
  },
  "server.allowedHosts": {
    type: { kind: "list" },
    description: "further names that callers may ask for",
    flag: "allow-host",
    fallback: [],
  },
  "server.idle": {
    type: { kind: "duration" },
    description: "how long a server that started by itself stays without work",
    flag: "idle",
    fallback: "15m",
  },
  durability: {
    type: { kind: "choice", options: ["full", "fast", "memory"] },
    description: "what the journal survives",
    flag: "durability",
    fallback: "full",
    isOutOfPlace: (value, given) => value === "memory" && given["state-dir"] !== undefined,
  },
  stateDir: {
    type: { kind: "path" },
    description: "the folder of the journal",
    flag: "state-dir",
    isOutOfPlace: (_, given) => given["durability"] === "memory",
  },
  maxConcurrency: {
    type: { kind: "integer", min: 1, max: 1_000_000 },
    description: "steps at once over all executions",
    flag: "max-concurrency",
    fallback: 10,
  },
  maxExecutions: {
    type: { kind: "integer", min: 1, max: 1_000_000_000 },
    description: "unfinished executions of a server at once",
    flag: "max-executions",
    fallback: 1_000,
  },
  timeout: {
    type: { kind: "duration" },
    description: "after how long a run is cancelled",
    flag: "timeout",
    isOutOfPlace: (_, given) => given["all"] === true,
  },
  output: {
    type: { kind: "choice", options: ["human", "json"] },
    description: "the form of results on stdout",
    flag: "output",
    fallback: "human",
  },
  agents: {
    type: { kind: "list" },
    description: "whose agents are registered: patterns of files, and packages",
    fallback: agentPatterns,
    ofProject: true,
  },
  workflows: {
    type: { kind: "list" },
    description: "patterns of the files whose workflows are known by id",
    fallback: workflowPatterns,
    ofProject: true,
  },
  env: {
    type: { kind: "variables" },
    description: "environment variables that workflows may read",
    flag: "env",
    fallback: [],
    addsUp: true,
  },
  envFile: {
    type: { kind: "path or false" },
    description: "the file that adds to the environment",
    flag: "env-file",
  },
  "secrets.variables": {
    type: { kind: "secrets" },
    description: "names of secrets, and the variables that hold them",
    flag: "secret",
    addsUp: true,
  },
  "secrets.file": { type: { kind: "path" }, description: "the file of secrets", flag: "secrets-file" },
  "secrets.dir": {
    type: { kind: "path" },
    description: "the folder with one file per secret",
    flag: "secrets-dir",
  },
} as const satisfies Readonly<Record<string, Setting>>;

export type SettingKey = keyof typeof settings;

/** In the order of the table. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a constant are its keys
export const settingKeys = Object.keys(settings) as readonly SettingKey[];

/** A setting without what its entry alone knows. */
export function settingOf(key: SettingKey): Setting {
  return settings[key];
}

export function isSettingKey(text: string): text is SettingKey {
  return Object.hasOwn(settings, text);
}

/** The environment variable of a setting. */
export function variableOf(key: SettingKey): string {
  const words = key.replaceAll(".", "_").replaceAll(/[A-Z]/g, (letter) => `_${letter}`);
  return `ORCHESTR8_${words.toUpperCase()}`;
}

type ValueOfType<Type extends SettingType> = Type extends { readonly kind: "boolean" }
  ? boolean
  : Type extends { readonly kind: "integer" }
    ? number
    : Type extends { readonly kind: "choice"; readonly options: readonly (infer Option)[] }
      ? Option
      : Type extends { readonly kind: "path or false" }
        ? string | false
        : Type extends { readonly kind: "list" | "variables" }
          ? readonly string[]
          : Type extends { readonly kind: "secrets" }
            ? Readonly<Record<string, string>>
            : string;

/** A checked value of any setting. */
export type AnySettingValue = boolean | number | string | readonly string[] | Readonly<Record<string, string>>;

/** What a setting is worth; undefined where nobody said and there is no default. */
export type SettingValue<Key extends SettingKey> =
  | ValueOfType<(typeof settings)[Key]["type"]>
  | ((typeof settings)[Key] extends { readonly fallback: unknown } ? never : undefined);
