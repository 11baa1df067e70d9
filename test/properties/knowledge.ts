import type { UserContext } from "../../src";
import type { ScriptedRequest } from "../support/scripted-service";

/** The users there are. What a service says of one names it, attributes included. */
export const USERS = {
  nobody: undefined,
  ann: { id: "ann" },
  "ann+pro": { id: "ann", attributes: { plan: "pro" } },
  bob: { id: "bob" },
  "bob+pro": { id: "bob", attributes: { plan: "pro" } },
} as const satisfies Record<string, UserContext | undefined>;

export type Name = keyof typeof USERS;
export const NAMES = Object.keys(USERS) as Name[];

export function nameOf(user: UserContext | undefined): Name {
  if (user === undefined) return "nobody";
  return (user.attributes?.["plan"] === "pro" ? `${user.id}+pro` : user.id) as Name;
}

/** What the service knows: its flags' version, and the attributes of users that it was told of. */
export class Knowledge {
  version = 1;
  readonly #told = new Map<string, UserContext>();

  note(request: ScriptedRequest): void {
    const { user } = request.json<{ user: UserContext }>();
    this.#told.set(user.id, user);
  }

  /** For whom it evaluates: the header's user, else what it was told of that id. */
  name(request: ScriptedRequest): Name {
    const context = request.headers["x-user-context"];
    if (context !== undefined) return nameOf(JSON.parse(atob(context)));
    const { userId } = request;
    return nameOf(userId === undefined ? undefined : (this.#told.get(userId) ?? { id: userId }));
  }

  /**
   * Where the user travels with the request, it tells the version and no more: what
   * the service says of two users differs, and yet has one name. So a client that
   * confuses them is told that nothing changed.
   */
  etag(request: ScriptedRequest): string {
    const travels = request.headers["x-user-context"] !== undefined;
    return travels ? `"v${this.version}"` : `"v${this.version} ${this.name(request)}"`;
  }

  /** The first protocol's flags: names are keys. */
  flags(name: Name): Record<string, boolean> {
    return { [`for ${name}`]: true, [`version ${this.version}`]: true, shared: true };
  }

  typedFlags(name: Name) {
    const flag = (key: string, type: string, value: string | number) => ({
      [key]: { key, type, value, enabled: true },
    });
    return { ...flag("for", "string", name), ...flag("version", "number", this.version) };
  }
}
