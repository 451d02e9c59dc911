import { type Driver, isRow, type Row } from "./driver.ts";

export async function openLibsqlDriver(path: string): Promise<Driver> {
  const { default: Database } = await import("libsql");
  const database = new Database(path);
  return {
    prepare(sql) {
      const statement = database.prepare(sql);
      return {
        // One array, as a single parameter would else be taken for the list of them.
        run: (...parameters) => statement.run(parameters),
        get: (...parameters) => withoutMetadata(statement.get(parameters)),
        all: (...parameters) => statement.all(parameters).filter(isRow),
      };
    },
    exec: (sql) => {
      database.exec(sql);
    },
    close: () => {
      database.close();
    },
  };
}

/** libsql adds the time it took to a row that is asked for alone. */
function withoutMetadata(row: unknown): Row | undefined {
  if (!isRow(row)) return undefined;
  Reflect.deleteProperty(row, "_metadata");
  return row;
}
