import { describe, expect, test } from "bun:test";
import * as fs from "node:fs";
import { join } from "node:path";
import type { Disk } from "./disk.ts";
import { temporaryFolder } from "./fixtures/temporary-folder.ts";
import { writeFiles } from "./write-files.ts";

const files = [
  { path: "a/b/one.txt", text: "1" },
  { path: "a/two.txt", text: "2" },
  { path: "three.txt", text: "3" },
];

/** A real disk on which something happens just before a file is opened. */
function diskWith(name: string, happens: (path: string) => void): Disk {
  return {
    ...fs,
    openSync: (path, flags, mode) => {
      if (String(path).endsWith(name)) happens(String(path));
      return fs.openSync(path, flags, mode);
    },
  };
}

function fullDisk(): Disk {
  let written = 0;
  return {
    ...fs,
    writeFileSync: (file, data) => {
      written++;
      if (written < 3) return fs.writeFileSync(file, data);
      // A disk that is full takes a part.
      fs.writeFileSync(file, "half");
      throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    },
  };
}

describe("writeFiles()", () => {
  test("writes files and the folders that they need", () => {
    using place = temporaryFolder();
    writeFiles(files, { base: place.path, folder: join(place.path, "new") });
    expect(place.contents()).toEqual({
      new: null,
      "new/a": null,
      "new/a/b": null,
      "new/a/b/one.txt": "1",
      "new/a/two.txt": "2",
      "new/three.txt": "3",
    });
  });

  test("leaves nothing where the disk is full, not even half a file", () => {
    using place = temporaryFolder();
    const write = () => writeFiles(files, { base: place.path, folder: join(place.path, "new"), disk: fullDisk() });
    expect(write).toThrow(
      expect.objectContaining({ code: "FILE", message: expect.stringMatching(/ENOSPC; nothing was/) }),
    );
    expect(place.contents()).toEqual({});
  });

  test("keeps a file that appears while it writes, and takes its own back", () => {
    using place = temporaryFolder();
    const disk = diskWith("two.txt", (path) => fs.writeFileSync(path, "theirs"));
    const write = () => writeFiles(files, { base: place.path, folder: join(place.path, "new"), disk });
    expect(write).toThrow(
      expect.objectContaining({
        code: "EXISTS",
        message: expect.stringMatching(/two.txt": it exists already; left behind/),
      }),
    );
    expect(place.contents()).toEqual({ new: null, "new/a": null, "new/a/two.txt": "theirs" });
  });

  test("leaves a file that has taken the place of its own", () => {
    using place = temporaryFolder();
    const disk = diskWith("two.txt", (path) => {
      fs.writeFileSync(join(place.path, "other"), "theirs");
      fs.renameSync(join(place.path, "other"), join(place.path, "new/a/b/one.txt"));
      fs.writeFileSync(path, "theirs");
    });
    expect(() => writeFiles(files, { base: place.path, folder: join(place.path, "new"), disk })).toThrow("left behind");
    expect(place.contents()).toMatchObject({ "new/a/b/one.txt": "theirs", "new/a/two.txt": "theirs" });
  });

  test.each([
    ["to nothing", "nowhere"],
    ["to a file", "victim.txt"],
  ])("does not write through a link %s that appears while it writes", (_, target) => {
    using place = temporaryFolder();
    fs.writeFileSync(join(place.path, "victim.txt"), "victim");
    const disk = diskWith("two.txt", (path) => fs.symlinkSync(join(place.path, target), path));
    expect(() => writeFiles(files, { base: place.path, folder: join(place.path, "new"), disk })).toThrow(
      expect.objectContaining({ code: "EXISTS" }),
    );
    expect(place.contents()).toEqual({ new: null, "new/a": null, "new/a/two.txt": "->", "victim.txt": "victim" });
  });

  test("does not follow a folder that became a link while it writes", () => {
    using place = temporaryFolder();
    const outside = join(place.path, "outside");
    fs.mkdirSync(outside);
    const folder = join(place.path, "new");
    const disk = diskWith("one.txt", () => {
      fs.symlinkSync(outside, join(folder, "c"));
    });
    const write = () => writeFiles([...files, { path: "c/four.txt", text: "4" }], { base: place.path, folder, disk });
    expect(write).toThrow("it is a symbolic link");
    expect(place.contents()).toEqual({ new: null, "new/c": "->", outside: null });
  });

  test("says so where a folder cannot be written to", () => {
    using place = temporaryFolder();
    const disk: Disk = {
      ...fs,
      openSync: () => {
        throw Object.assign(new Error("EACCES"), { code: "EACCES", path: "x" });
      },
    };
    expect(() => writeFiles(files, { base: place.path, folder: place.path, disk })).toThrow(
      'Cannot open "x": EACCES; nothing was written',
    );
    expect(place.contents()).toEqual({});
  });
});
