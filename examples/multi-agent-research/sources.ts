import { readFileSync } from "node:fs";
import * as v from "valibot";
import { angle } from "./findings.ts";

const library = v.array(v.object({ id: v.string(), angle, title: v.string(), text: v.string() }));
export type Source = v.InferOutput<typeof library>[number];

export const sources: readonly Source[] = v.parse(
  library,
  JSON.parse(readFileSync(new URL("sources.json", import.meta.url), "utf8")),
);
