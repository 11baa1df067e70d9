import type { INSPECT_PATH } from "../../../dev-server/devtools/messages";
import { Panel } from "../../parts/panel";
import { Scroller } from "../../parts/scroller";

/** How an app gets onto this page. */
export function NoClients() {
  const path: typeof INSPECT_PATH = "/__rollgate/inspect";
  const inspectUrl = `ws://${location.host}${path}`;
  return (
    <Panel title="No client is being watched yet" kind="welcome">
      <p>
        Give your client an inspector and it appears here, with all its machines. Any program on
        this computer can connect, in Node or in a browser.
      </p>
      <Scroller label="How to connect">
        <pre>{`import { RollgateClient } from "rollgate";
import { createInspector } from "rollgate/inspect";

const client = new RollgateClient({
  apiKey: "dev-key",
  baseUrl: "${location.origin}",
  inspect: createInspector({ url: "${inspectUrl}" }),
});
await client.init({ id: "user-1" });`}</pre>
      </Scroller>
      <p class="quiet">
        Flags, users, events and requests of every client are shown with or without an inspector.
      </p>
    </Panel>
  );
}
