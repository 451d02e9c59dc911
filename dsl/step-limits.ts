/** Runs of a step with `repeat`, so that one whose condition never holds ends. */
export const maxIterations = 10_000;

/** A signal is named in URLs and on command lines. */
export const signalName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** What a signal's name must be, after "must be". */
export const signalNameMessage = "a letter or digit and then up to 127 letters, digits, dots, _ or -";
