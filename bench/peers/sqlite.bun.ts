import { Database } from "bun:sqlite";
import { insertion, pragmas, type Row, type SqliteConnection, type Synchronous, table } from "./sqlite-connection.ts";

export function openBunSqlite(file: string, synchronous: Synchronous): SqliteConnection {
  const database = new Database(file, { create: true });
  for (const statement of [...pragmas(synchronous), table]) database.run(statement);
  const inserting = database.prepare<unknown, [...Row]>(insertion);
  return {
    execute: (statement) => void database.query(statement).run(),
    insert: (...row) => void inserting.run(...row),
    close: () => database.close(),
  };
}
