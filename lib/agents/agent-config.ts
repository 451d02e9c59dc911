import type { CommandConfig } from "./command/command-schemas.ts";
import type { FileConfig } from "./file/file-schemas.ts";
import type { HttpConfig } from "./http/http-config.ts";

/** What the operator says of agents that are set up once, by their ids. Each is checked against its agent's `config` schema. */
export interface AgentConfig {
  readonly "@orchestr8/http"?: Partial<HttpConfig>;
  readonly "@orchestr8/file"?: Pick<FileConfig, "root"> & Partial<FileConfig>;
  readonly "@orchestr8/command"?: Pick<CommandConfig, "programs"> & Partial<CommandConfig>;
  readonly [agentId: string]: object | undefined;
}
