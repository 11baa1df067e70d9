// biome-ignore lint/suspicious/noExplicitAny: the clients of others are not installed with the package
export declare const CONTESTANTS: Readonly<Record<string, any>>;
