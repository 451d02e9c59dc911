import { describe, expect, test } from "bun:test";
import { createServerProject } from "../fixtures/server-project.ts";
import { hasScreen, openDashboard } from "./open-dashboard.ts";

describe("orchestr8 open", () => {
  test("starts a server, prints where its dashboard is, and opens it where there is a screen", async () => {
    await using project = createServerProject();
    const shown: string[] = [];
    const show = async (url: string): Promise<undefined> => void shown.push(url);
    const values = { "state-dir": undefined };
    const context = project.context();
    expect(await openDashboard(values, context, { show, platform: "darwin" })).toBe(0);
    const { url } = await project.state();
    const link = new RegExp(`^${url}/open\\?code=[\\w-]+\n?$`);
    expect(shown).toHaveLength(1);
    expect(shown[0]).toMatch(link);
    expect(context.out).toBe(`${shown[0]}\n`);
    expect(context.err).toStartWith("Started a server for this project at ");
    const again = project.context();
    await openDashboard(values, again, { show, platform: "linux" });
    expect(again.out).toMatch(link);
    expect(shown).toHaveLength(1);
    expect(again.err).toBe("There is no screen to open it on: open the address yourself\n");
    expect(await project.cli("open")).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(`${url}/open?code=`),
    });
    const failing = project.context();
    await openDashboard(values, failing, { show: async () => "there is none", platform: "win32" });
    expect(failing.err).toBe("warning: Cannot open a browser: there is none; open the address yourself\n");
  }, 30_000);

  test.each([
    ["linux", {}, false],
    ["linux", { DISPLAY: ":0" }, true],
    ["linux", { WAYLAND_DISPLAY: "wayland-0" }, true],
    ["linux", { WSL_DISTRO_NAME: "Debian" }, true],
    ["linux", { DISPLAY: ":0", SSH_CONNECTION: "1.2.3.4 5 6.7.8.9 22" }, false],
    ["linux", { DISPLAY: ":0", CI: "true" }, false],
    ["darwin", {}, true],
    ["darwin", { SSH_TTY: "/dev/pts/0" }, false],
    ["win32", {}, true],
  ] as const)("knows whether there is a screen: %s %j", (platform, env, expected) => {
    expect(hasScreen(env, platform)).toBe(expected);
  });
});
