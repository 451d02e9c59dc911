import { isJsonObject } from "../../json.ts";
import { version } from "../../version.ts";
import { defineAgent } from "../define-agent.ts";
import { type HttpConfig, httpConfig } from "./http-config.ts";
import { type HttpInput, httpInput, type HttpOutput, httpOutput } from "./http-input.ts";
import type { HttpClient } from "./http-client.ts";
import { requestOf } from "./http-request.ts";

/**
 * Sends one HTTP request. Public addresses only, unless its operator allows others; what the network needs is loaded with
 * the first call. Time limits are the step's policies'.
 */
export const httpAgent = defineAgent({
  id: "@orchestr8/http",
  version: "1.0.0",
  description: "Sends an HTTP request and reads the answer",
  input: httpInput,
  output: httpOutput,
  config: httpConfig,
  async setup({ config }): Promise<HttpClient> {
    const { createHttpClient } = await import("./http-client.ts");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it fits the schema of the same name
    return createHttpClient(config as HttpConfig);
  },
  async execute(input: HttpInput, { resource, idempotencyKey }, signal): Promise<HttpOutput> {
    return await resource(requestOf(input, defaults, idempotencyKey), input, signal);
  },
  target: hostIn,
});

const defaults = {
  accept: "*/*",
  "accept-encoding": "gzip, br, deflate",
  "user-agent": `orchestr8/${version}`,
};

/** Circuits and rates are kept by host and port. */
function hostIn(input: unknown): string | undefined {
  const url = isJsonObject(input) ? input["url"] : undefined;
  return typeof url === "string" && URL.canParse(url) ? new URL(url).host : undefined;
}
