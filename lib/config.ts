/** What `orchestr8.config.ts` of a project may say, and the user's `config.json`. Flags and variables beat both. */
export interface Config {
  readonly server?: {
    /** Whether `orchestr8 run` uses the project's server, and starts one where none runs. Default true. */
    readonly auto?: boolean;
    /** Where the server listens, 0 to 65535; 0 is any free port. Default 8088. */
    readonly port?: number;
    /** The address to be reached at. Default `"127.0.0.1"`: this machine alone. */
    readonly host?: string;
    /** Further names that callers may ask for, with or without a port. Default none. */
    readonly allowedHosts?: readonly string[];
    /** How long a server that started by itself stays without work, such as `"15m"`. Default `"15m"`. */
    readonly idle?: string;
  };
  /** What the journal survives: `"full"` loss of power, `"fast"` a crash of the process, `"memory"` neither. Default `"full"`. */
  readonly durability?: "full" | "fast" | "memory";
  /** The folder of the journal. Default `.orchestr8` of the project. */
  readonly stateDir?: string;
  /** Steps at once over all executions. Default 10. */
  readonly maxConcurrency?: number;
  /** Unfinished executions of a server at once; further ones are refused. Default 1000. */
  readonly maxExecutions?: number;
  /** After how long a run is cancelled, such as `"30m"`. Default never. */
  readonly timeout?: string;
  /** The form of results on stdout. Default `"human"`. */
  readonly output?: "human" | "json";
  /**
   * Whose agents are registered: patterns of files, and packages as `"@scope/name"`. Only in a project.
   * Default `["agents/**\/*.agent.{ts,mts,js,mjs}"]`.
   */
  readonly agents?: readonly string[];
  /** Patterns of the files whose workflows are known by id. Only in a project. Default `["workflows/**\/*.{o8.json,workflow.{ts,mts,js,mjs}}"]`. */
  readonly workflows?: readonly string[];
  /** Environment variables that workflows may read: `"NAME"`, or `"NAME=value"`. All layers add up. Default none. */
  readonly env?: readonly string[];
  /** The file that adds to the environment, or false for none. Default `".env"` of the project, where there is one. */
  readonly envFile?: string | false;
  /** Where secrets come from. What is nearer wins: a flag, then `variables`, `file`, `dir`. */
  readonly secrets?: {
    /** Names of secrets, and the environment variables that hold them. All layers add up. Default none. */
    readonly variables?: Readonly<Record<string, string>>;
    /** A JSON object of names and values, or lines `NAME=value`; nobody else may read it. Default none. */
    readonly file?: string;
    /** A folder with one file per secret, as Docker and Kubernetes mount them. Default none. */
    readonly dir?: string;
  };
}

/**
 * Types the default export of `orchestr8.config.ts`.
 *
 * @example
 * ```ts
 * export default defineConfig({ server: { port: 9000 }, agents: ["agents/**\/*.agent.ts", "@acme/agents"] });
 * ```
 */
export function defineConfig(config: Config): Config {
  return config;
}
