import { Converter, ReflectionKind } from "typedoc";

/** Entries of the package, and where they are made. */
const ENTRIES = {
  rollgate: "src/index.ts",
  "rollgate/machines": "machines/index.ts",
  "rollgate/inspect": "src/inspect/index.ts",
  "rollgate/testing": "src/testing/index.ts",
  "rollgate/react": "src/react/index.ts",
  "rollgate/openfeature-server": "src/openfeature/server.ts",
  "rollgate/openfeature-web": "src/openfeature/web.ts",
  "rollgate/storage": "src/storage-adapters/index.ts",
  "rollgate/dev-server": "src/dev-server/index.ts",
};

/** Modules are called as apps import them, not by their folder. */
function nameEntries({ converter }) {
  const names = new Map(
    Object.entries(ENTRIES).map(([name, file]) => [file.replace(/(\/index)?\.ts$/, ""), name]),
  );
  converter.on(Converter.EVENT_CREATE_DECLARATION, (_, reflection) => {
    if (reflection.kind !== ReflectionKind.Module) return;
    reflection.name = names.get(reflection.name) ?? reflection.name;
  });
}

/** @type {import("typedoc").TypeDocOptions} */
export default {
  name: "rollgate",
  entryPoints: Object.values(ENTRIES),
  plugin: [nameEntries],
  out: "docs/reference",
  readme: "none",
  excludePrivate: true,
  excludeInternal: true,
  disableSources: true,
  validation: { notExported: false },
  treatWarningsAsErrors: true,
};
