import type { Numbered, RecordedTelemetry } from "../../../dev-server/records";
import { useLatest } from "../../hooks/use-latest";
import { count, timeSpan } from "../../model/format";
import { MoreButton } from "../../parts/more-button";
import { Panel } from "../../parts/panel";
import { Scroller } from "../../parts/scroller";

/** Reports of how often flags were evaluated, latest first. */
export function TelemetryPanel(props: {
  readonly reports: readonly Numbered<RecordedTelemetry>[];
}) {
  const { visible, hidden, more } = useLatest([...props.reports].reverse());
  return (
    <Panel title="Telemetry">
      <Scroller label="Telemetry reports, latest first" kind="short">
        {visible.length === 0 && <p class="empty">No report has arrived yet.</p>}
        <ol class="reports">
          {visible.map((report) => (
            <li key={report.seq}>
              <b>{count(totalOf(report))} evaluations</b>{" "}
              <span class="quiet">in {timeSpan(report.period_ms)}</span>
              {Object.entries(report.evaluations)
                .slice(0, SHOWN)
                .map(([key, counts]) => (
                  <span key={key} class="chip">
                    {key}: {count(counts.total)} ({count(counts.true)} true)
                  </span>
                ))}
            </li>
          ))}
        </ol>
        <MoreButton hidden={hidden} onMore={more} />
      </Scroller>
    </Panel>
  );
}

const SHOWN = 8;

function totalOf({ evaluations }: RecordedTelemetry): number {
  return Object.values(evaluations).reduce((sum, { total }) => sum + total, 0);
}
