/**
 * Makes a function that turns CR and CRLF into LF, across chunks. A CR ends its
 * line at once: the parser alone would wait for the next chunk, to see whether
 * an LF follows, and hold back a finished event until the next heartbeat.
 */
export function createNewlines(): (chunk: string) => string {
  let afterCr = false;
  return (chunk) => {
    if (chunk === "") return chunk;
    const rest = afterCr && chunk.startsWith("\n") ? chunk.slice(1) : chunk;
    afterCr = chunk.endsWith("\r");
    return rest.includes("\r") ? rest.replace(/\r\n?/g, "\n") : rest;
  };
}
