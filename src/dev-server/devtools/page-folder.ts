import { fileURLToPath } from "node:url";

/** Where the build puts the devtools page: beside the built server, also as seen from its source. */
export function builtPageFolder(): string {
  const { url } = import.meta;
  const isSource = url.endsWith("/src/dev-server/devtools/page-folder.ts");
  return fileURLToPath(new URL(isSource ? "../../../dist/devtools-page" : "devtools-page", url));
}
