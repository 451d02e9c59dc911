import { defineAgent } from "../define-agent.ts";
import { type FileConfig, fileConfig, type FileInput, fileInput, type FileOutput, fileOutput } from "./file-schemas.ts";
import type { FileStore } from "./file-store.ts";

/**
 * Reads a file, or writes one whole. It works only for an operator who names its folder, and writes only for one who says
 * so. A write may happen again and comes to the same.
 */
export const fileAgent = defineAgent({
  id: "@orchestr8/file",
  version: "1.0.0",
  description: "Reads and writes files below the folder that its operator names",
  input: fileInput,
  output: fileOutput,
  config: fileConfig,
  async setup({ config }): Promise<FileStore> {
    const { openFileStore } = await import("./file-store.ts");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it fits the schema of the same name
    return await openFileStore(config as FileConfig);
  },
  async execute(input: FileInput, { resource }, signal): Promise<FileOutput> {
    const { read = "", write, content = null, format = "text" } = input;
    if (write === undefined) return { path: read, ...(await resource.read(read, format, signal)) };
    const size = await resource.write(write, content, format, signal);
    return { path: write, size, content: null };
  },
});
