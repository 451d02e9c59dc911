import Database from "libsql";
import { insertion, pragmas, type SqliteConnection, type Synchronous, table } from "./sqlite-connection.ts";

export function openLibsql(file: string, synchronous: Synchronous): SqliteConnection {
  const database = new Database(file);
  for (const statement of [...pragmas(synchronous), table]) database.exec(statement);
  const inserting = database.prepare(insertion);
  const prepared = new Map<string, ReturnType<typeof database.prepare>>();
  return {
    execute: (text) => {
      const statement = prepared.get(text) ?? database.prepare(text);
      prepared.set(text, statement);
      statement.run();
    },
    insert: (...row) => void inserting.run(...row),
    close: () => void database.close(),
  };
}
