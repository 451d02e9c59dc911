/** The version of this package, which is also the one of orchestr8 that projects depend on. */
export const version = "0.1.0";
