/** The users for whom a flag is on before any rule is asked. */
export function TargetUsers(props: {
  readonly flagKey: string;
  readonly users: readonly string[];
  /** Whom the table is about, who can be put on the list or taken off. */
  readonly userId: string | undefined;
  readonly onChange: (users: readonly string[]) => void;
}) {
  const { flagKey, users, userId, onChange } = props;
  const isTargeted = userId !== undefined && users.includes(userId);
  return (
    <div class="targets">
      {users.slice(0, SHOWN).map((user) => (
        <span key={user} class="chip">
          {user}
        </span>
      ))}
      {users.length > SHOWN && <span class="quiet">and {users.length - SHOWN} more</span>}
      {userId === undefined ? (
        users.length === 0 && <span class="quiet">none</span>
      ) : (
        <button
          type="button"
          class="small"
          aria-label={`${isTargeted ? "Do not target" : "Target"} ${userId} with ${flagKey}`}
          onClick={() =>
            onChange(isTargeted ? users.filter((one) => one !== userId) : [...users, userId])
          }
        >
          {isTargeted ? "Untarget" : "Target"} {userId}
        </button>
      )}
    </div>
  );
}

const SHOWN = 4;
