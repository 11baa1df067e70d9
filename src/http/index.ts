export { createHttp, type Http, type HttpAnswer, type HttpOptions, type HttpRequest } from "./http";
export type { StreamRequest } from "./open-stream";
