/** Something else listens on the wanted port. */
export class PortInUseError extends Error {
  override readonly name = "PortInUseError";
  readonly port: number;

  constructor(hostname: string, port: number, cause: unknown) {
    super(`Cannot listen on "${hostname}": port ${port} is in use; choose another port or stop what listens there`, {
      cause,
    });
    this.port = port;
  }
}
