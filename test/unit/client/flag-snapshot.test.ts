import { describe, expect, it } from "vitest";
import { createTestClient, createVirtualClock } from "../../../src/testing";

const FLAGS = { beta: true, banner: "Hello", limit: 7, theme: { mode: "dark" }, nothing: null };

describe("a snapshot of the flags", () => {
  it("answers as the client does, by the type of the default", () => {
    const client = createTestClient({ flags: FLAGS });
    const snapshot = client.getSnapshot();
    expect(snapshot.getDetail("beta", false)).toEqual(client.isEnabledDetail("beta"));
    expect(snapshot.getDetail("banner", false)).toEqual(client.isEnabledDetail("banner"));
    expect(snapshot.getDetail("banner", "")).toEqual(client.getStringDetail("banner", ""));
    expect(snapshot.getDetail("limit", 1)).toEqual(client.getNumberDetail("limit", 1));
    expect(snapshot.getDetail("limit", "1")).toEqual(client.getStringDetail("limit", "1"));
    expect(snapshot.getDetail("theme", [])).toEqual(client.getJsonDetail("theme", []));
    expect(snapshot.getDetail("limit", null)).toEqual(client.getValueDetail("limit", null));
    expect(snapshot.getDetail("typo", true)).toEqual(client.isEnabledDetail("typo", true));
    expect(snapshot.get("theme", {})).toBe(client.getJson("theme", {}));
    expect(snapshot.flags).toEqual(client.getAllFlags());
    expect(snapshot.version).toBe(client.getVersion());
  });

  it("says of a client without flags why there are none", () => {
    const client = createTestClient({ ready: false });
    const { reason } = client.getSnapshot().getDetail("beta", false);
    expect(reason.errorKind).toBe("CLIENT_NOT_READY");
    expect(client.getSnapshot().flags).toEqual({});
  });

  it("never changes, whatever the client does", async () => {
    const client = createTestClient({ flags: FLAGS, user: { id: "ann" } });
    const snapshot = client.getSnapshot();
    const before = [snapshot.getDetail("beta", false), { ...snapshot.flags }, snapshot.version];
    client.setOverride("beta", false);
    client.setFlag("limit", 8);
    client.removeFlag("banner");
    client.setUser({ id: "bob" });
    await client.close();
    expect([snapshot.getDetail("beta", false), { ...snapshot.flags }, snapshot.version]).toEqual(
      before,
    );
    expect(snapshot.get("limit", 0)).toBe(7);
  });

  it("is the same object until an answer would differ, be it in reason, origin or age only", async () => {
    const clock = createVirtualClock();
    const client = createTestClient({ flags: FLAGS, clock });
    await client.init();
    const seen = [client.getSnapshot()];
    const isNew = () => {
      const snapshot = client.getSnapshot();
      const known = seen.includes(snapshot);
      seen.push(snapshot);
      return !known;
    };
    client.isEnabled("beta");
    client.subscribe(() => {});
    expect(isNew()).toBe(false);
    client.setOverride("beta", true);
    expect(isNew()).toBe(true);
    expect(client.getSnapshot().getDetail("beta", false).source).toBe("override");
    client.clearOverrides();
    expect(isNew()).toBe(true);
    client.setFlag("beta", true, { kind: "TARGET_MATCH" });
    expect(isNew()).toBe(true);
    clock.advance(300_000);
    expect(isNew()).toBe(true);
    expect(client.getSnapshot().getDetail("beta", false).stale).toBe(true);
    await client.refresh();
    expect(isNew()).toBe(true);
    expect(isNew()).toBe(false);
  });
});
