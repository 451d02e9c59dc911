import { describe, expect, test } from "bun:test";
import { Readable } from "node:stream";
import type { ServerRequest } from "srvx";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { resolveLimits } from "./limits.ts";
import { createBodyReader } from "./read-body.ts";

const limits = resolveLimits();
const { maxBodyBytes } = limits;

function readBody(sent: Request, clock: VirtualClock): Promise<string> {
  return createBodyReader(clock, limits)(sent);
}

function request(body: ReadableStream<Uint8Array> | string | Uint8Array<ArrayBuffer>, headers = {}): Request {
  return new Request("http://localhost/", { method: "POST", body, headers });
}

/** A body that gives `chunks` and then, unless `ends`, nothing. */
function stream(chunks: readonly Uint8Array[], ends = true): ReadableStream<Uint8Array> {
  const rest = [...chunks];
  return new ReadableStream({
    pull(controller) {
      const chunk = rest.shift();
      if (chunk !== undefined) controller.enqueue(chunk);
      else if (ends) controller.close();
      else return new Promise(() => undefined);
      return undefined;
    },
  });
}

async function failure(reading: Promise<string>): Promise<unknown> {
  try {
    return await reading;
  } catch (error) {
    return error;
  }
}

describe("readBody()", () => {
  test("joins chunks, even those cut inside a character", async () => {
    const bytes = new TextEncoder().encode('{"a":"é😀"}');
    const chunks = [...bytes].map((byte) => Uint8Array.of(byte));
    expect(await readBody(request(stream(chunks)), new VirtualClock())).toBe('{"a":"é😀"}');
  });

  test("gives an empty text for no body", async () => {
    expect(await readBody(new Request("http://localhost/", { method: "POST" }), new VirtualClock())).toBe("");
  });

  test("takes a body of exactly the limit and stops reading one byte past it", async () => {
    const clock = new VirtualClock();
    const full = new Uint8Array(maxBodyBytes).fill(0x20);
    expect((await readBody(request(stream([full])), clock)).length).toBe(maxBodyBytes);
    const over = await failure(readBody(request(stream([full, Uint8Array.of(0x20)], false)), clock));
    expect(over).toMatchObject({ code: "BODY_TOO_LARGE", headers: { Connection: "close" } });
    await clock.advance(0);
    expect(clock.pending).toBe(0);
  });

  test("does not touch a body that says it is too large", async () => {
    const body = request("{}", { "Content-Length": String(maxBodyBytes + 1) });
    expect(await failure(readBody(body, new VirtualClock()))).toMatchObject({ code: "BODY_TOO_LARGE" });
    expect(body.bodyUsed).toBe(false);
  });

  test("gives up on a body that does not come", async () => {
    const clock = new VirtualClock();
    const reading = failure(readBody(request(stream([Uint8Array.of(0x7b)], false)), clock));
    await clock.advance(9_999);
    expect(clock.pending).toBe(1);
    await clock.advance(1);
    expect(await reading).toMatchObject({ code: "REQUEST_TIMEOUT", headers: { Connection: "close" } });
  });

  test("does not call a lost connection its own failure", async () => {
    const lost = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("ECONNRESET")) });
    expect(await failure(readBody(request(lost), new VirtualClock()))).toMatchObject({
      code: "BAD_REQUEST",
      message: "Cannot read the body: the connection ended before it did",
    });
  });

  test.each([
    ["a lone continuation byte", Uint8Array.of(0x22, 0x80, 0x22)],
    ["an overlong slash", Uint8Array.of(0x22, 0xc0, 0xaf, 0x22)],
    ["half a surrogate pair", Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
    ["UTF-16", Uint8Array.of(0xff, 0xfe, 0x7b, 0x00)],
  ])("refuses %s", async (_name, bytes) => {
    expect(await failure(readBody(request(bytes), new VirtualClock()))).toMatchObject({
      code: "MALFORMED_JSON",
      message: "Cannot read the body: it must be UTF-8",
    });
  });

  test("leaves a byte order mark for the JSON reader to refuse", async () => {
    expect(await readBody(request("\uFEFF{}"), new VirtualClock())).toBe("\uFEFF{}");
  });

  describe("on Node, from its own stream", () => {
    const clock = new VirtualClock();
    /** A request as srvx makes it there. */
    const incoming = (body: Readable): ServerRequest =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of the whole request only the stream is read
      Object.assign(request(""), { runtime: { name: "node", node: { req: body } } }) as unknown as ServerRequest;

    test("joins chunks, and takes an empty body for one", async () => {
      expect(await createBodyReader(clock, limits)(incoming(Readable.from([Buffer.from("{"), Buffer.from("}")])))).toBe(
        "{}",
      );
      expect(await createBodyReader(clock, limits)(incoming(Readable.from([])))).toBe("");
    });

    test("stops at the limit, and says so when it breaks off", async () => {
      const large = Readable.from([Buffer.alloc(maxBodyBytes), Buffer.alloc(1)]);
      expect(await failure(createBodyReader(clock, limits)(incoming(large)))).toMatchObject({ code: "BODY_TOO_LARGE" });
      const cut = new Readable({ read: () => undefined });
      const reading = failure(createBodyReader(clock, limits)(incoming(cut)));
      cut.destroy();
      expect(await reading).toMatchObject({ code: "BAD_REQUEST" });
    });
  });
});
