/** Something that runs a workflow of three steps and keeps what it did. */
export interface DurableEngine {
  /** Ends once the execution has, and its record is kept. */
  runOnce(): Promise<void>;
  close(): Promise<void>;
}

/** Where an engine finds what it needs. Servers that could not be started are missing. */
export interface Surroundings {
  /** Its own, empty. */
  readonly folder: string;
  readonly postgresUrl?: string | undefined;
  readonly restate?: { readonly ingressUrl: string; readonly adminUrl: string } | undefined;
}

export type Open = (surroundings: Surroundings) => Promise<DurableEngine>;

export const stepIds = ["s0", "s1", "s2"];

/** The body of every step. */
export async function work(): Promise<null> {
  return null;
}
