import { join } from "node:path";

/** Journals as each format of the file was written, the newest last. A change of the format gets a folder of its own. */
export const fixtureFolders: readonly string[] = ["v1", "v2"].map((version) =>
  join(import.meta.dirname, "../../lib/journal/fixtures", version),
);
