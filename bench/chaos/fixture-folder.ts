import { join } from "node:path";

/** Journals as this version writes them. A change of the file's format gets a folder of its own, beside this one. */
export const fixtureFolder = join(import.meta.dirname, "../../lib/journal/fixtures/v1");
