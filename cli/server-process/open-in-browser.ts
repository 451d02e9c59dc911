/** Opens an address in the user's browser. Gives why that cannot be, as far as the system tells. */
export async function openInBrowser(
  url: string,
  load: () => Promise<{ readonly default: (target: string) => Promise<unknown> }> = () => import("open"),
): Promise<string | undefined> {
  try {
    const { default: open } = await load();
    await open(url);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
