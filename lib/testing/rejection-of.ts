/** What a promise rejects with. Rejects itself when the promise is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (outcome === undefined) throw new Error("Cannot take the rejection of a promise: it was fulfilled");
  return outcome.error;
}
