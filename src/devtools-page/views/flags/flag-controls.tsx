import type { UserContext } from "../../../flags/types";

/** For whom the flags are evaluated, and which of them are shown. */
export function FlagControls(props: {
  readonly users: readonly UserContext[];
  readonly userId: string | undefined;
  readonly search: string;
  readonly onUser: (userId: string | undefined) => void;
  readonly onSearch: (search: string) => void;
}) {
  const { users, userId } = props;
  return (
    <div class="controls">
      <label>
        Evaluated for
        <select
          value={userId ?? ""}
          onChange={(event) => props.onUser(event.currentTarget.value || undefined)}
        >
          <option value="">nobody</option>
          {users.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
      </label>
      <label class="grow">
        <span class="sr-only">Search flags</span>
        <input
          type="search"
          placeholder="Search flags"
          value={props.search}
          onInput={(event) => props.onSearch(event.currentTarget.value)}
        />
      </label>
    </div>
  );
}
