export type HttpErrorCode = "HTTP_STATUS" | "HTTP_REDIRECT";

/**
 * A server answered, and not as it was asked to: with another status, or with a redirect that is not followed. `status` and
 * `retryAfter` are what retries, circuits and `retryOn` read.
 */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly code: HttpErrorCode;
  readonly status: number;
  /** Whether another attempt may work: after 408, 425, 429 and 5xx. */
  readonly isRetryable: boolean;
  /** Milliseconds that the server asked to wait, in `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(
    code: HttpErrorCode,
    message: string,
    { status, retryAfter }: { readonly status: number; readonly retryAfter?: number | undefined },
  ) {
    super(message);
    this.code = code;
    this.status = status;
    this.isRetryable = code === "HTTP_STATUS" && (status >= 500 || [408, 425, 429].includes(status));
    this.retryAfter = this.isRetryable ? retryAfter : undefined;
  }
}
