import { useMemo, useRef } from "preact/hooks";
import { useRoute } from "./hooks/use-route";
import { useShown } from "./hooks/use-shown";
import { useTheme } from "./hooks/use-theme";
import type { Store } from "./live/store";
import { chosenClient, clientsOf } from "./model/clients";
import { CurrentView } from "./views/current-view";
import { Header } from "./views/header";
import { Navigation } from "./views/navigation";

/** The page. */
export function App(props: { readonly store: Store }) {
  const { state, link } = useShown(props.store);
  const [route, setRoute] = useRoute();
  const [theme, setTheme] = useTheme();
  const main = useRef<HTMLElement>(null);
  const { actors, sources } = state;
  const clients = useMemo(() => clientsOf({ actors, sources }), [actors, sources]);
  const client = chosenClient(clients, route.client);
  return (
    <>
      {/* biome-ignore lint/a11y/useValidAnchor: it leads within the page, but must leave the address alone */}
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          // The address says which view is shown.
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Header
        link={link}
        version={state.server?.version}
        clientCount={clients.filter(({ presence }) => presence === "here").length}
        faultCount={state.faults.length}
        theme={theme}
        onTheme={setTheme}
      >
        <Navigation route={route} />
      </Header>
      <main id="main" ref={main} tabIndex={-1}>
        <h1 class="sr-only">Rollgate devtools</h1>
        {link.status === "lost" && state.server !== undefined && (
          <p class="notice">
            The dev server is away. What you see is how it was when it spoke last.
          </p>
        )}
        {state.server === undefined ? (
          <p class="empty">Waiting for the dev server …</p>
        ) : (
          <CurrentView
            route={route}
            state={state}
            clients={clients}
            client={client}
            onRoute={setRoute}
          />
        )}
      </main>
    </>
  );
}
