import { useMemo, useState } from "preact/hooks";
import { useEvaluation } from "../../hooks/use-evaluation";
import type { Client } from "../../model/clients";
import { count } from "../../model/format";
import type { PageState } from "../../model/page-state";
import { searchFlags } from "../../model/search-flags";
import { Failure } from "../../parts/failure";
import { Pager } from "../../parts/pager";
import { Panel } from "../../parts/panel";
import { FlagControls } from "./flag-controls";
import { FlagTableRow } from "./flag-table-row";
import { ServingClients } from "./serving-clients";

/** Of a thousand flags nobody looks at more at once, and no browser has to. */
const PAGE_SIZE = 25;

/** The flags in force, and what a user gets. */
export function FlagsView(props: {
  readonly state: PageState;
  readonly clients: readonly Client[];
}) {
  const { flags, users, flagsRefused, server } = props.state;
  const [userId, setUserId] = useState<string>();
  const [search, setSearch] = useState("");
  const [chosenPage, setPage] = useState(0);
  const { evaluation, error } = useEvaluation(userId, flags);
  const found = useMemo(() => searchFlags(flags, search), [flags, search]);
  const pages = Math.max(1, Math.ceil(found.length / PAGE_SIZE));
  const page = Math.min(chosenPage, pages - 1);
  const isCurrent = evaluation?.userId === userId;
  return (
    <Panel
      title="Flags"
      extra={
        <span class="quiet">
          {count(found.length)} of {count(flags.length)}, from{" "}
          {server?.flagsFile ?? "the program that started the server"}
        </span>
      }
    >
      <FlagControls
        users={users}
        userId={userId}
        search={search}
        onUser={setUserId}
        onSearch={setSearch}
      />
      {flagsRefused !== undefined && (
        <p class="failure" role="alert">
          The flags file, as it is now, is not in force: {flagsRefused}
        </p>
      )}
      <Failure message={error} />
      <ServingClients clients={props.clients} />
      <table class="stacking flags">
        <thead>
          <tr>
            <th scope="col">Flag</th>
            <th scope="col">Enabled</th>
            <th scope="col">Rollout</th>
            <th scope="col">Value</th>
            <th scope="col">Decided by</th>
            <th scope="col">Targeted users</th>
          </tr>
        </thead>
        <tbody>
          {found.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE).map((flag) => (
            <FlagTableRow
              key={flag.key}
              flag={flag}
              userId={userId}
              answer={isCurrent ? evaluation?.answers[flag.key] : undefined}
            />
          ))}
        </tbody>
      </table>
      {found.length === 0 && <p class="empty">No flag to show.</p>}
      <Pager page={page} pages={pages} total={found.length} onPage={setPage} />
    </Panel>
  );
}
