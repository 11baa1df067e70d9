/** The version of this package, as `X-SDK-Version` and bug reports carry it. */
export const VERSION = "0.1.0";
