import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { parseWorkflow } from "../dsl/compile.ts";
import { defineAgent } from "../lib/agents/define-agent.ts";
import { createEngine } from "../lib/engine/create-engine.ts";
import type { Engine } from "../lib/engine/engine.ts";
import type { Execution } from "../lib/engine/execution.ts";
import { createServer } from "./app.ts";
import { createClient } from "./client/client.ts";
import { chromiumPath, openBrowser, openPage, type WatchedPage } from "./fixtures/browser.ts";
import { approval, slow, workflowOf } from "./fixtures/test-api.ts";
import { type Listener, listen } from "./listen.ts";

const token = "a-token-for-the-browser";

/** What would show if any of it became markup or script. */
const hostile = `</script></title><img src=x onerror=alert(1)><svg onload=alert(1)><b>bold</b>"'&`;

/** Fails or completes when the test says so. */
class Gate {
  #open: (outcome: Error | undefined) => void = () => undefined;
  readonly agent = defineAgent({
    id: "@test/gate",
    version: "1.0.0",
    execute: async () => {
      const outcome = await new Promise<Error | undefined>((resolve) => (this.#open = resolve));
      if (outcome !== undefined) throw outcome;
      return { done: hostile };
    },
  });

  fail(message: string): void {
    this.#open(new Error(message));
  }

  complete(): void {
    this.#open(undefined);
  }
}

interface Site extends AsyncDisposable {
  readonly engine: Engine;
  readonly gate: Gate;
  readonly listener: Listener;
  readonly link: () => Promise<string>;
  readonly start: (document: object, input?: object) => Promise<Execution>;
}

async function openSite(): Promise<Site> {
  const gate = new Gate();
  const engine = createEngine({ agents: [gate.agent, slow] });
  const listener = await listen(createServer({ engine, token }), { port: 0 });
  const client = createClient({ url: listener.url, token });
  return {
    engine,
    gate,
    listener,
    link: async () => (await client.createSessionLink()).url,
    start: async (document, input = {}) =>
      (await engine.start(parseWorkflow(JSON.stringify(document)), { input })).execution,
    [Symbol.asyncDispose]: () => listener.close({ graceMs: 1_000 }),
  };
}

/** Opens the site through a link, at an execution if there is one. */
async function enter({ page }: WatchedPage, site: Site, execution?: Execution): Promise<Page> {
  await page.goto(await site.link());
  if (execution !== undefined) await page.goto(`${site.listener.url}/#/executions/${execution.id}`);
  return page;
}

async function shows(page: Page, text: string): Promise<void> {
  await page.getByText(text, { exact: true }).first().waitFor();
}

/** The badge beside the name of the execution. */
async function hasStatus(page: Page, status: string): Promise<void> {
  await page.locator(`.title .badge[data-status="${status}"]`).waitFor();
}

setDefaultTimeout(60_000);

const where =
  chromiumPath === undefined
    ? "the pages in Chromium, which is not here: apt-get install chromium, or name it in CHROMIUM"
    : "the pages in Chromium";

describe.skipIf(chromiumPath === undefined)(where, () => {
  let browser: Browser;
  beforeAll(async () => void (browser = await openBrowser()));
  afterAll(() => browser.close());

  test("are opened by a link, once", async () => {
    await using site = await openSite();
    const link = await site.link();
    await using first = await openPage(browser);
    await first.page.goto(link);
    expect(first.page.url()).toBe(`${site.listener.url}/`);
    await shows(first.page, "Nothing has been run yet.");
    await shows(first.page, "Live");
    expect(await first.page.evaluate("document.cookie")).toBe("");
    await using second = await openPage(browser);
    expect((await second.page.goto(link))?.status()).toBe(401);
    await shows(second.page, "orchestr8 open");
    expect((await second.page.goto(site.listener.url))?.status()).toBe(401);
    expect(first.complaints).toEqual([]);
  });

  test("show an execution as it goes on, with a retry", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const page = await enter(watched, site);
    const policies = { resilience: { retry: { maxAttempts: 2, baseDelay: "1ms" } } };
    const execution = await site.start(workflowOf("@test/gate", { policies }));
    const row = page.locator(".executions a");
    await row.locator('.badge[data-status="running"]').waitFor();
    await row.focus();
    await page.keyboard.press("Enter");
    await hasStatus(page, "running");
    await page.locator('.graph g[data-step="only"][data-status="running"]').waitFor();
    site.gate.fail("the gate is closed");
    await page.locator('.track .bar[data-state="failed"]').waitFor();
    await page.locator('.track .bar.attempt[data-state="running"]').waitFor();
    site.gate.complete();
    expect((await execution.result).status).toBe("completed");
    await hasStatus(page, "completed");
    await page.locator('.graph g[data-step="only"][data-status="completed"]').waitFor();
    await page.getByText("2 attempts").waitFor();
    await shows(page, "execution.completed");
    await shows(page, "Ended");
    expect(watched.complaints).toEqual([]);
  });

  test("cancel an execution after asking", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const execution = await site.start(workflowOf("@test/slow"));
    const page = await enter(watched, site, execution);
    await page.getByRole("button", { name: "Cancel …" }).click();
    await page.getByRole("button", { name: "Back" }).click();
    expect(execution.status).toBe("running");
    await page.getByRole("button", { name: "Cancel …" }).click();
    await page.getByLabel("Reason").fill("no longer needed");
    await page.keyboard.press("Enter");
    await hasStatus(page, "cancelled");
    expect(await execution.result).toMatchObject({ status: "cancelled", reason: "no longer needed" });
    await shows(page, "Cancelled: no longer needed");
    expect(watched.complaints).toEqual([]);
  });

  test("send a signal, and run an execution again", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const execution = await site.start(approval);
    const page = await enter(watched, site, execution);
    await hasStatus(page, "waiting");
    await page.getByRole("button", { name: "Send a signal" }).click();
    expect(await page.getByLabel("Name").inputValue()).toBe("approve");
    await page.getByLabel("Payload").fill("{");
    await page.getByRole("button", { name: "Send the signal" }).click();
    await shows(page, "Cannot send the signal: the payload is not JSON");
    await page.getByLabel("Payload").fill('{"by":"Ada"}');
    await page.getByRole("button", { name: "Send the signal" }).click();
    await hasStatus(page, "completed");
    expect(await execution.result).toMatchObject({ output: { only: { by: "Ada" } } });
    await page.getByRole("button", { name: "Run again" }).click();
    await page.getByRole("combobox").selectOption("only");
    await page.getByRole("dialog").getByRole("button", { name: "Run again" }).click();
    await hasStatus(page, "waiting");
    await page.getByRole("link", { name: execution.id }).waitFor();
    expect(page.url()).not.toContain(execution.id);
    expect(watched.complaints).toEqual([]);
  });

  test("show what people and agents wrote as text, and never run it", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const document = {
      version: "1.0.0",
      metadata: { id: "hostile", name: hostile },
      policies: { resilience: { retry: { maxAttempts: 2, baseDelay: "1ms" } } },
      steps: [
        { id: "works", name: hostile, agent: { id: "@test/gate" }, input: { given: "${input.text}" } },
        { id: "waits", wait: { signal: "go" }, dependencies: ["works"] },
        { id: "fails", agent: { id: "@test/gate" }, dependencies: ["waits"], condition: 'input["<b>"] != 1' },
      ],
    };
    const execution = await site.start(document, { text: hostile, "<b>": 2 });
    const page = await enter(watched, site, execution);
    await page.locator('.graph g[data-step="works"][data-status="running"]').waitFor();
    site.gate.complete();
    await hasStatus(page, "waiting");
    await site.engine.signal(execution.id, "go", hostile);
    for (const attempt of [1, 2]) {
      await page.locator(`.steps li[data-key="fails"] .bar.attempt:nth-child(${attempt * 2 - 1})`).waitFor();
      site.gate.fail(hostile);
    }
    await hasStatus(page, "failed");
    await page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true");
    await page.getByRole("heading", { level: 1, name: hostile }).waitFor();
    const text = await page.locator("main").innerText();
    expect(text.split(hostile).length).toBeGreaterThan(6);
    expect(await page.locator("main :is(img, script, iframe, b, svg svg)").count()).toBe(0);
    await page.getByRole("link", { name: "Executions", exact: true }).click();
    await page.locator(".executions strong", { hasText: "<img" }).waitFor();
    expect(await page.locator("main :is(img, script, iframe, b, svg)").count()).toBe(0);
    expect(watched.complaints).toEqual([]);
  });

  test("list what passes the filter, which stays in the address", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const waiting = await site.start(approval);
    const running = await site.start(workflowOf("@test/slow"));
    const page = await enter(watched, site);
    await page.locator(".executions li").nth(1).waitFor();
    await page.getByLabel("Status").selectOption("waiting");
    await shows(page, "1 execution");
    await shows(page, waiting.id);
    await page.reload();
    await shows(page, "1 execution");
    expect(page.url()).toEndWith("#/?status=waiting");
    await page.getByLabel("Status").selectOption("");
    await page.getByLabel("Text").fill(running.id);
    await shows(page, "1 execution");
    await shows(page, running.id);
    await page.getByLabel("Text").fill("nothing like it");
    await shows(page, "No execution passes the filter.");
    await page.getByLabel("Text").fill("");
    await page.getByLabel("Workflow id").fill("approval");
    await shows(page, "1 execution");
    expect(watched.complaints).toEqual([]);
  });

  test("say that the server is gone, and come back with it", async () => {
    await using watched = await openPage(browser);
    const { page } = watched;
    const open = (port: number): Promise<Listener> =>
      listen(createServer({ engine: createEngine(), token: false }), { port });
    const first = await open(0);
    await page.goto(first.url);
    await shows(page, "Live");
    await first.close({ graceMs: 100 });
    await shows(page, "Cannot reach the server");
    await using second = await open(first.port);
    await shows(page, "Live");
    await shows(page, "Nothing has been run yet.");
    expect(second.port).toBe(first.port);
  });

  test("say when the server knows the session no longer, and what is not there", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const page = await enter(watched, site);
    await page.goto(`${site.listener.url}/#/executions/nobody`);
    await shows(page, "Cannot find the execution: none with this id is kept");
    await page.context().clearCookies();
    await page.goto(`${site.listener.url}/#/`);
    await shows(page, "Not let in any more: run orchestr8 open");
  });

  test.each(["light", "dark"] as const)("fit into 400 pixels, %s", async (colorScheme) => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const { page } = watched;
    await page.setViewportSize({ width: 400, height: 800 });
    await page.emulateMedia({ colorScheme });
    const execution = await site.start(approval);
    await enter(watched, site);
    const width = (): Promise<unknown> => page.evaluate("document.documentElement.scrollWidth");
    await page.locator(".executions li").waitFor();
    expect(await width()).toBe(400);
    await page.goto(`${site.listener.url}/#/executions/${execution.id}`);
    await page.locator(".graph svg").waitFor();
    expect(await width()).toBe(400);
    await page.goto(`${site.listener.url}/docs`);
    await page.locator("#executeWorkflow").waitFor();
    expect(await width()).toBe(400);
    expect(watched.complaints).toEqual([]);
  });

  test("describe the API, every endpoint with a line to try it", async () => {
    await using site = await openSite();
    await using watched = await openPage(browser);
    const page = await enter(watched, site);
    await page.getByRole("link", { name: "API" }).click();
    const section = page.locator("#executeWorkflow");
    await section.getByText(`curl ${site.listener.url}/workflows/execute`).waitFor();
    await section.getByRole("link", { name: "WorkflowDocument" }).click();
    await page.locator("#schema-WorkflowDocument:target").waitFor();
    expect(watched.complaints).toEqual([]);
  });
});
