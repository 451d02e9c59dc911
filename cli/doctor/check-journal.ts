import { stat } from "node:fs/promises";
import { openDriver } from "../../lib/journal/sqlite/open-driver.ts";
import { textIn } from "../../lib/journal/sqlite/row.ts";
import { openSqliteJournal } from "../../lib/journal/sqlite/sqlite-journal.ts";
import { ok, type Check, type Finding } from "./check.ts";
import { sizeText } from "./size-text.ts";

/** Whether this runtime has SQLite at all. */
export const checkSqlite: Check = {
  name: "sqlite",
  async run() {
    const database = await openDriver(":memory:");
    try {
      return ok(`SQLite ${textIn(database.prepare("SELECT sqlite_version() AS version").get() ?? {}, "version")}`);
    } finally {
      database.close();
    }
  },
};

/** Whether the file is whole, and of a format that this version reads. */
export function checkJournal(path: string): Check {
  return {
    name: "journal",
    async run(): Promise<Finding> {
      const found = await stat(path).catch(() => undefined);
      if (found === undefined) return ok(`none yet; the first run makes ${path}`);
      const journal = await openSqliteJournal({ path, readonly: true });
      await journal.close();
      const database = await openDriver(path);
      try {
        const first = textIn(database.prepare("PRAGMA quick_check(1)").get() ?? {}, "quick_check");
        if (first === "ok") return ok(`${path} is whole, ${sizeText(found.size)}`);
        return { status: "fail", detail: `${path} is damaged: ${first}`, fix: "restore a copy of it, or move it away" };
      } finally {
        database.close();
      }
    },
  };
}
