import { errorCodeOf } from "./disk.ts";
import { quote } from "./quote.ts";
import { ScaffoldError } from "./scaffold-error.ts";

/** An error of the disk in our words; any other one that is not ours is a defect, and thrown as it is. */
export function fileError(error: unknown): ScaffoldError {
  if (error instanceof ScaffoldError) return error;
  const code = errorCodeOf(error);
  if (code === undefined) throw error;
  const path = error instanceof Error && "path" in error ? ` ${quote(String(error.path))}` : "";
  if (code === "EEXIST") return new ScaffoldError("EXISTS", `Cannot write${path}: it exists already`);
  return new ScaffoldError("FILE", `Cannot open${path}: ${code}`);
}

/** Work on the disk whose errors are in our words. */
export function ofDisk<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error);
  }
}
