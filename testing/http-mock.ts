/** A request handler of MSW 2, as `http.get(…)` from `"msw"` gives it. */
export interface HttpHandler {
  readonly info: object;
  run(args: never): Promise<unknown>;
}

/** Answers of this package's own, such as those of a mock model. */
export interface HttpAnswer {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly answer: (request: Request) => Promise<Response>;
}

/** A request that no handler answered. */
export class UnhandledRequestError extends Error {
  override readonly name = "UnhandledRequestError";
  /** As `"GET https://api.example.com/orders"`, each once. */
  readonly requests: readonly string[];

  constructor(requests: readonly string[]) {
    const fixes = requests.map((request) => `  ${handlerFor(request)}`);
    super(
      `Cannot answer ${requests.join(", ")}: no handler of the harness does; add\n${fixes.join("\n")}\nto its handlers`,
    );
    this.requests = requests;
  }
}

/** MSW, between the program and its network. */
export class HttpMock implements AsyncDisposable {
  readonly #unhandled = new Set<string>();
  readonly #server: { close(): void };

  private constructor(msw: Msw, handlers: readonly (HttpHandler | HttpAnswer)[], working: Set<object>) {
    const { http, HttpResponse, setupServer } = msw;
    const own = ({ method, url, answer }: HttpAnswer) =>
      method === "GET"
        ? http.get(url, async ({ request }) => await answer(request))
        : http.post(url, async ({ request }) => await answer(request));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- they were made by MSW, whose types are not those of everybody's TypeScript
    const given = handlers.map((handler) => ("answer" in handler ? own(handler) : handler)) as Parameters<
      typeof setupServer
    >;
    const refuse = http.all("*", ({ request }) => {
      this.#unhandled.add(`${request.method} ${request.url}`);
      return HttpResponse.error();
    });
    const server = setupServer(...given, refuse);
    const byId = new Map<string, object>();
    server.events.on("request:start", ({ requestId }) => {
      const piece = { requestId };
      byId.set(requestId, piece);
      working.add(piece);
    });
    server.events.on("request:end", ({ requestId }) => {
      const piece = byId.get(requestId);
      if (piece !== undefined) working.delete(piece);
      byId.delete(requestId);
    });
    server.listen();
    this.#server = server;
  }

  static #isListening = false;

  /**
   * Begins to answer. Requests are in `working` while they are being answered.
   *
   * @throws {Error} when MSW is not installed, or another harness with handlers is open: both would answer.
   */
  static async listen(handlers: readonly (HttpHandler | HttpAnswer)[], working: Set<object>): Promise<HttpMock> {
    if (HttpMock.#isListening) {
      throw new Error("Cannot open harness: another one with handlers is open; dispose it first (await using)");
    }
    HttpMock.#isListening = true;
    try {
      return new HttpMock(await importMsw(), handlers, working);
    } catch (error) {
      HttpMock.#isListening = false;
      throw error;
    }
  }

  /** What was not answered since this was last asked. */
  takeUnhandled(): UnhandledRequestError | undefined {
    const requests = [...this.#unhandled];
    this.#unhandled.clear();
    return requests.length === 0 ? undefined : new UnhandledRequestError(requests);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    HttpMock.#isListening = false;
  }
}

async function importMsw() {
  try {
    const [{ http, HttpResponse }, { setupServer }] = await Promise.all([import("msw"), import("msw/node")]);
    return { http, HttpResponse, setupServer };
  } catch (cause) {
    throw new Error(
      'Cannot answer HTTP requests: the package "msw" cannot be loaded; install it with "npm install --save-dev msw@^2.15"',
      { cause },
    );
  }
}

type Msw = Awaited<ReturnType<typeof importMsw>>;

function handlerFor(request: string): string {
  const [method = "GET", url = ""] = request.split(" ");
  const path = url.split("?")[0];
  return `http.${method.toLowerCase()}("${path}", () => HttpResponse.json({})),`;
}
