import type { ComponentChildren } from "preact";
import { useNow } from "../hooks/use-now";
import { THEMES, type Theme } from "../hooks/use-theme";
import type { Link } from "../live/link";
import { wholeSpan } from "../model/format";

/** What the page is, and how it stands with the server. */
export function Header(props: {
  readonly link: Link;
  readonly version: string | undefined;
  readonly clientCount: number;
  readonly faultCount: number;
  readonly theme: Theme;
  readonly onTheme: (theme: Theme) => void;
  /** The navigation. */
  readonly children: ComponentChildren;
}) {
  const { link, version, clientCount, faultCount, theme, onTheme } = props;
  return (
    <header class="top">
      <p class="brand">
        <img src="./icon.svg" alt="" width={22} height={22} />
        <b>Rollgate</b>
        <span class="wide">
          devtools {version !== undefined && <span class="quiet">{version}</span>}
        </span>
      </p>
      {props.children}
      <LinkStatus link={link} />
      <span class="fact">
        {clientCount} {clientCount === 1 ? "client" : "clients"}
      </span>
      {faultCount > 0 && (
        <span class="pill bad">
          {faultCount} {faultCount === 1 ? "fault" : "faults"} in force
        </span>
      )}
      <label class="theme">
        <span class="sr-only">Colours</span>
        <select
          value={theme}
          onChange={(event) => onTheme(THEMES[event.currentTarget.selectedIndex] ?? "system")}
        >
          <option value="system">System</option>
          <option value="light">Light</option>
          <option value="dark">Dark</option>
        </select>
      </label>
    </header>
  );
}

function LinkStatus(props: { readonly link: Link }) {
  const { link } = props;
  const now = useNow();
  return (
    <span class="link" role="status">
      {link.status === "open" && <span class="pill good">connected</span>}
      {link.status === "connecting" && <span class="pill busy">connecting</span>}
      {link.status === "lost" && (
        <>
          <span class="pill bad">dev server gone</span>{" "}
          <span class="quiet" aria-hidden="true">
            trying again in {wholeSpan(link.retryAt - now)}
          </span>
        </>
      )}
    </span>
  );
}
