/** Opens an address in the user's browser. Gives why that cannot be, as far as the system tells. */
export async function openInBrowser(url: string): Promise<string | undefined> {
  try {
    const { default: open } = await import("open");
    await open(url);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
