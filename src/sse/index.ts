// Types only: browsers load the reader itself with the first stream.
export type { ReadStream, StreamReaderOptions } from "./stream-reader";
