import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteJournal } from "orchestr8";

/** A folder to do trials in, with an empty journal for each to begin with. */
export class Workshop implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "o8-chaos-"));
  readonly empty = join(this.folder, "empty.db");

  static async open(): Promise<Workshop> {
    const workshop = new Workshop();
    const journal = await openSqliteJournal({ path: workshop.empty });
    await journal.close();
    return workshop;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
