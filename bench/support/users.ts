import { randomUUID } from "node:crypto";
import type { UserContext } from "rollgate";

/** Users as a server meets them: ids that came out of parsed JSON, half of them on the plan `pro`. */
export function unseenUsers(count: number): UserContext[] {
  const users = Array.from({ length: count }, (_, i) => ({
    id: randomUUID(),
    attributes: { plan: i % 2 === 0 ? "pro" : "free" },
  }));
  return JSON.parse(JSON.stringify(users));
}
