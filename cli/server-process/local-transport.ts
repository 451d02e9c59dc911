import process from "node:process";
import { type ClientRequest, type Reply, type Transport, transportOf } from "../../server/client/transport.ts";

/**
 * The way to servers of this machine, by what each runtime has at hand soonest: Bun's own `fetch`, and `node:http` on Node, whose
 * `fetch` takes a start of its own, and parses replies in WebAssembly that a process that ends waits for.
 */
export const localTransport: Transport = "bun" in process.versions ? transportOf((request) => fetch(request)) : byHttp;

export async function byHttp({ url, body, ...options }: ClientRequest): Promise<Reply> {
  const { request } = await import("node:http");
  return await new Promise((resolve, reject) => {
    const sent = request(url, options, (message) => {
      const { statusCode: status = 0, headers } = message;
      // A body that nobody reads would keep its connection.
      if (status === 204) message.resume();
      const get = (name: string): string | null => headers[name]?.toString() ?? null;
      const json = async (): Promise<unknown> => JSON.parse(await textOf(message));
      resolve({ status, headers: { get }, json, chunks: () => message });
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

async function textOf(message: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
