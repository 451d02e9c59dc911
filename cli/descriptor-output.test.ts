import { describe, expect, test } from "bun:test";
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join, resolve } from "node:path";
import { descriptorOutput, type ProcessOutput } from "./descriptor-output.ts";
import { createTestFolder } from "./fixtures/test-folder.ts";

/** A stream that keeps what it gets. */
function keeping(): ProcessOutput & { readonly all: () => Buffer } {
  const chunks: Uint8Array[] = [];
  return {
    write: (data) => chunks.push(Buffer.from(data)),
    writableLength: 3,
    all: () => Buffer.concat(chunks),
  };
}

function unopened(): never {
  throw new Error("it was opened");
}

describe("descriptorOutput()", () => {
  test("writes to a file at once, and opens no stream for it", () => {
    using folder = createTestFolder();
    const path = join(folder.path, "out");
    const descriptor = openSync(path, "w");
    const output = descriptorOutput(descriptor, unopened);
    output.write("Ådå\n");
    expect([readFileSync(path, "utf8"), output.writableLength, output.isTTY, output.destroyed]).toEqual([
      "Ådå\n",
      0,
      false,
      false,
    ]);
    closeSync(descriptor);
  });

  test("is the stream where a descriptor is neither file nor pipe, or closed", () => {
    const stream = keeping();
    const device = openSync("/dev/null", "w");
    expect(descriptorOutput(device, () => stream)).toBe(stream);
    closeSync(device);
    expect(descriptorOutput(device, () => stream)).toBe(stream);
  });

  test("passes on failures that are not a reader's", () => {
    using folder = createTestFolder();
    folder.write("out", "");
    const descriptor = openSync(join(folder.path, "out"), "r");
    const output = descriptorOutput(descriptor, unopened);
    expect(() => output.write("x")).toThrow("EBADF");
    closeSync(descriptor);
  });

  test("leaves the rest, and all that follows, to a stream when a reader does not keep up", () => {
    using folder = createTestFolder();
    const path = join(folder.path, "out");
    const descriptor = openSync(path, "w");
    const stream = keeping();
    let room = 4;
    const output = descriptorOutput(
      descriptor,
      () => stream,
      (_, bytes, offset) => {
        if (room === 0) throw Object.assign(new Error("full"), { code: "EAGAIN" });
        const taken = writeSync(descriptor, bytes, offset, room);
        room -= taken;
        return taken;
      },
    );
    output.write("Ådå first\n");
    output.write("second\n");
    const all = Buffer.concat([readFileSync(path), stream.all()]).toString();
    expect([all, output.writableLength]).toEqual(["Ådå first\nsecond\n", 3]);
    closeSync(descriptor);
  });

  test("drops what nobody reads any more", () => {
    using folder = createTestFolder();
    folder.write("eager.ts", eager);
    const argv = ["bash", "-c", '"$@" | head -c 1', "bash", process.execPath, join(folder.path, "eager.ts")];
    const { stdout, stderr } = Bun.spawnSync(argv);
    expect([stdout.toString(), stderr.toString()]).toEqual(["0", '{"isDestroyed":true}']);
  });
});

/** Writes more than a pipe holds. */
const eager = `
import { descriptorOutput } from ${JSON.stringify(resolve(import.meta.dir, "descriptor-output.ts"))};
const output = descriptorOutput(1, () => process.stdout);
for (let n = 0; n < 32; n++) output.write(String(n % 10).repeat(65_536));
process.stderr.write(JSON.stringify({ isDestroyed: output.destroyed }));
`;
