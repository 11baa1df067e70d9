export { type ReadSseOptions, readSse } from "./read-sse";
