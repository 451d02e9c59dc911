/** Puts a look on text. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
  readonly cyan: (text: string) => string;
}

/** consola's colours are settled when it is imported, from the real process; these follow the context. */
export function createPaint(hasColours: boolean): Paint {
  const look = (open: number, close: number) => (text: string) =>
    hasColours && text !== "" ? `\u001B[${open}m${text}\u001B[${close}m` : text;
  return {
    bold: look(1, 22),
    dim: look(2, 22),
    red: look(31, 39),
    green: look(32, 39),
    yellow: look(33, 39),
    cyan: look(36, 39),
  };
}
