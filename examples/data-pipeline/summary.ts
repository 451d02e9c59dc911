import * as v from "valibot";

const perDay = v.object({ mean: v.number(), lowest: v.number(), highest: v.number(), total: v.number() });

/** What the three sources say, day by day. A source that could not be used is null on every day. */
export const summarySchema = v.object({
  days: v.array(
    v.object({
      date: v.string(),
      temperature: v.nullable(perDay),
      price: v.nullable(perDay),
      bicycles: v.nullable(perDay),
    }),
  ),
  /** Pearson's r of a day's mean temperature and its bicycles; null where either is missing. */
  correlation: v.nullable(v.number()),
  missing: v.array(v.object({ source: v.string(), why: v.string() })),
});

export type Summary = v.InferOutput<typeof summarySchema>;
export type Day = Summary["days"][number];
export type PerDay = v.InferOutput<typeof perDay>;
