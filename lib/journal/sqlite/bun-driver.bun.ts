import type { Statement } from "bun:sqlite";
import type { Driver, Row, SqlValue } from "./driver.ts";

export async function openBunDriver(path: string): Promise<Driver> {
  // Here and not above, so that a bundle of everything still loads on Node.
  const { Database } = await import("bun:sqlite");
  const database = new Database(path, { create: false, readwrite: true, strict: true });
  const statements: Statement<Row, SqlValue[]>[] = [];
  return {
    prepare(sql) {
      const statement = database.prepare<Row, SqlValue[]>(sql);
      statements.push(statement);
      return {
        run: (...parameters) => statement.run(...parameters),
        get: (...parameters) => statement.get(...parameters) ?? undefined,
        all: (...parameters) => statement.all(...parameters),
      };
    },
    exec(sql) {
      database.run(sql);
    },
    close() {
      // SQLite closes the file, and clears its log away, only when no statement is left.
      for (const statement of statements) statement.finalize();
      database.close(true);
    },
  };
}
