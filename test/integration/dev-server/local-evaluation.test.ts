import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DevServer, FlagsFile } from "../../../src/dev-server";
import { flagsOf, once, serve, stream } from "./kit";

const rule = { id: "r", enabled: true, rollout: 100 };
const asking = (operator: string) => ({
  id: "r",
  conditions: [{ attribute: "segment", operator, value: "staff" }],
});
const staff = { attribute: "email", operator: "ends_with", value: "@example.com" };

/** `x` asks whether the user is staff, `y` is plain. */
const file = (operator: string, rollout = 0): FlagsFile => ({
  flags: {
    x: { enabled: true, rollout, rules: [asking(operator)] },
    y: { enabled: false },
  },
  segments: { staff: { conditions: [staff] } },
});
const PLAIN = { key: "y", enabled: false, rollout: 100, targetUsers: [], rules: [] };

interface RulesFull {
  readonly version: string;
  readonly flags: Readonly<Record<string, unknown>>;
}

/** The next event's rules; fails when it is another event. */
async function nextRules(reader: Awaited<ReturnType<typeof stream>>): Promise<RulesFull> {
  const [name, data] = await reader.next();
  expect(name).toBe("rules-full");
  return data as RulesFull;
}

async function serveFile(content: FlagsFile, log?: (line: string) => void): Promise<DevServer> {
  const server = await serve({}, { localEvaluation: true, ...(log && { log }) });
  server.setFlags(content);
  return server;
}

describe("a stream with local evaluation", () => {
  it("begins with the rules, whoever the user is, in place of evaluated flags", async () => {
    const server = await serveFile(file("in"));
    const expected = {
      x: {
        key: "x",
        enabled: true,
        rollout: 0,
        targetUsers: [],
        rules: [{ ...rule, conditions: [staff] }],
      },
      y: PLAIN,
    };
    const anonymous = await nextRules(await stream(server));
    expect(anonymous).toEqual({
      version: expect.stringMatching(/^[0-9a-f]{16}$/),
      flags: expected,
    });
    expect(await nextRules(await stream(server, "user_id=u1"))).toEqual(anonymous);
    expect(await flagsOf(server, "user_id=u1")).toEqual({ x: false, y: false });
  });

  it("carries typed flags with all that they can serve", async () => {
    const server = await serve(
      {
        banner: {
          enabled: true,
          type: "string",
          defaultValue: "-",
          variations: [{ id: "v", name: "V", value: "hello" }],
          rules: [{ conditions: [staff], variationId: "v" }],
        },
      },
      { localEvaluation: true },
    );
    const { flags } = await nextRules(await stream(server));
    expect(flags["banner"]).toEqual({
      key: "banner",
      enabled: true,
      rollout: 100,
      type: "string",
      defaultValue: "-",
      variations: [{ id: "v", name: "V", value: "hello" }],
      targetUsers: [],
      rules: [{ ...rule, id: "rule-1", conditions: [staff], variationId: "v" }],
    });
  });

  it("tells every stream the new rules when flags are set, and nothing else", async () => {
    const server = await serveFile(file("in"));
    const readers = [await stream(server), await stream(server, "user_id=u1")];
    const [first] = await Promise.all(readers.map(nextRules));
    server.updateFlag("y", { enabled: true });
    server.setFlags(server.flags);
    server.updateFlag("y", { enabled: false });
    for (const reader of readers) {
      const on = await nextRules(reader);
      expect(on.flags["y"]).toEqual({ ...PLAIN, enabled: true });
      expect(on.version).not.toBe(first?.version);
      expect(await nextRules(reader)).toEqual(first);
    }
  });

  it("tells when a segment changed that a flag asks about", async () => {
    const server = await serveFile(file("in"));
    const reader = await stream(server);
    await nextRules(reader);
    server.setFlags({ ...file("in"), segments: { staff: { users: ["ann"] } } });
    const { flags } = await nextRules(reader);
    const conditions = [{ attribute: "id", operator: "regex", value: "^(?:ann)$" }];
    expect((flags["x"] as { rules: unknown }).rules).toEqual([{ ...rule, conditions }]);
  });

  it("carries null for a flag that rules cannot express, and one line says why, at start and at each change", async () => {
    const lines: string[] = [];
    const server = await serve({}, { localEvaluation: true, log: (line) => lines.push(line) });
    server.setFlags(file("not_in"));
    const { flags } = await nextRules(await stream(server));
    expect(flags).toEqual({ x: null, y: PLAIN });
    const problem =
      /^\d\d:\d\d:\d\d {2}flags {2}x: clients get their default from rules, since none can stand for the segment "staff": no operator is the opposite of "ends_with"$/;
    expect(lines.filter((line) => line.includes("flags  "))).toEqual([
      expect.stringMatching(/changed: x, y$/),
      expect.stringMatching(problem),
    ]);
    expect(await flagsOf(server, "user_id=u")).toEqual({ x: true, y: false });
    server.setFlags(file("in"));
    expect(lines.filter((line) => problem.test(line)).length).toBe(1);
  });

  it("is what you get only when you ask for it", async () => {
    const lines: string[] = [];
    const server = await serve({}, { log: (line) => lines.push(line) });
    server.setFlags(file("not_in"));
    const reader = await stream(server);
    expect(await reader.next()).toEqual(["init", { flags: { x: false, y: false } }]);
    server.updateFlag("y", { enabled: true });
    expect(await reader.next()).toEqual(["flag-changed", { key: "y", enabled: true }]);
    expect(lines.filter((line) => line.includes("segment"))).toEqual([]);
  });
});

describe("a flags file with local evaluation", () => {
  let directory: string;
  let path: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "rollgate-local-"));
    path = join(directory, "flags.json");
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("is streamed as rules whenever it is saved, with its problems told", async () => {
    await writeFile(path, JSON.stringify(file("not_in")));
    const lines: string[] = [];
    const server = await serve(path, { localEvaluation: true, log: (line) => lines.push(line) });
    const problems = () => lines.filter((line) => line.includes("x: clients get their default"));
    expect(problems().length).toBe(1);
    const reader = await stream(server);
    expect((await nextRules(reader)).flags).toEqual({ x: null, y: PLAIN });

    await writeFile(path, JSON.stringify(file("in")));
    expect(Object.keys((await nextRules(reader)).flags)).toEqual(["x", "y"]);
    expect(problems().length).toBe(1);

    const refused = once(server, "flags_refused");
    await writeFile(path, "{");
    await refused;
    await writeFile(path, JSON.stringify(file("not_in", 50)));
    expect((await nextRules(reader)).flags).toEqual({ x: null, y: PLAIN });
    expect(problems().length).toBe(2);
  });
});
