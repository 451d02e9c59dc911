/** Which layer a value comes from, the strongest first. */
export const layers = ["flag", "environment", "project", "user", "default"] as const;
export type Layer = (typeof layers)[number];

/** Where a value was said. */
export interface Origin {
  readonly layer: Layer;
  /** For people: a flag, a variable, or file and line. */
  readonly place: string;
  /** What relative paths are relative to. */
  readonly folder: string;
}
