import { type Route, VIEWS, type View, writeRoute } from "../hooks/use-route";

const TITLES: Readonly<Record<View, string>> = {
  machines: "Machines",
  timeline: "Timeline",
  flags: "Flags",
  activity: "Activity",
  requests: "Requests",
  break: "Break it",
};

/** The way to every view. */
export function Navigation(props: { readonly route: Route }) {
  return (
    <nav class="views" aria-label="Views">
      {VIEWS.map((view) => (
        <a
          key={view}
          data-view={view}
          href={writeRoute({ ...props.route, view })}
          aria-current={props.route.view === view ? "page" : undefined}
        >
          {TITLES[view]}
        </a>
      ))}
    </nav>
  );
}
