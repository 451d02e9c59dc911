import { expect, test } from "bun:test";
import { openInBrowser } from "./open-in-browser.ts";

test("opens an address, or says why it cannot", async () => {
  const opened: string[] = [];
  expect(await openInBrowser("http://a", async () => ({ default: async (url) => opened.push(url) }))).toBeUndefined();
  expect(opened).toEqual(["http://a"]);
  expect(await openInBrowser("http://a", () => Promise.reject(new Error("no browser")))).toBe("no browser");
});

test("asks the package of that name unless it is told otherwise, which refuses what is no address", async () => {
  // @ts-expect-error -- nothing is opened for it
  expect(await openInBrowser(undefined)).toContain("target");
});
