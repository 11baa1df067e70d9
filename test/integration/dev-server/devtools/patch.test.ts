import { rmSync, writeFileSync } from "node:fs";
import { chmod, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { DevServer } from "../../../../src/dev-server";
import { rewriteFlagsFile } from "../../../../src/dev-server/flags-file/rewrite";
import { control, errorOf, flagsOf, once, serve, stream } from "../kit";
import { folderWith } from "./kit";

const FILE = `{
  // What is on sale.
  "flags": {
    "shop/new": { "enabled": true }, // since May
    "search": {
      "enabled": true,
      "rollout": 100 // everybody
    }
  }
}
`;

const patch = (server: DevServer, key: string, body: unknown) =>
  control(server, `flags/${encodeURIComponent(key)}`, "PATCH", body);

async function fileServer(text = FILE, options = {}) {
  const folder = await folderWith({ "flags.json": text });
  const path = join(folder, "flags.json");
  const server = await serve(path, options);
  const news: unknown[] = [];
  server.on("flags_changed", (keys) => news.push(keys));
  server.on("flags_refused", (error) => news.push(error.message));
  return { folder, path, server, news, text: () => readFile(path, "utf8") };
}

describe("a flag changed by the page", () => {
  it("is written to the flags file, comments and layout kept, and in force at once", async () => {
    const { server, text } = await fileServer();
    const reader = await stream(server);
    await reader.next();
    const response = await patch(server, "shop/new", { enabled: false });
    expect([response.status, await response.json()]).toEqual([200, { success: true }]);
    expect(await reader.next()).toEqual(["flag-changed", { key: "shop/new", enabled: false }]);
    await patch(server, "search", { rollout: 0, targetUsers: ["ann"] });
    expect(await flagsOf(server)).toEqual({ "shop/new": false, search: false });
    expect(await flagsOf(server, "user_id=ann")).toEqual({ "shop/new": false, search: true });
    expect(await text()).toBe(
      FILE.replace('"enabled": true }, // since', '"enabled": false }, // since').replace(
        '"rollout": 100 // everybody',
        '"rollout": 0, // everybody\n      "targetUsers": ["ann"]',
      ),
    );
  });

  it("is news once, and so is the next save by a person", async () => {
    const { server, news, path, text } = await fileServer();
    await patch(server, "search", { rollout: 5 });

    // Another server whose file is saved later has seen that by now.
    const later = await fileServer();
    const seen = once(later.server, "flags_changed");
    await writeFile(later.path, FILE.replace("true", "false"));
    await seen;
    const changed = once(server, "flags_changed");
    await writeFile(path, (await text()).replace('"rollout": 5', '"rollout": 6'));
    await changed;
    expect(news).toEqual([["search"], ["search"]]);
  });

  it("takes what a person saved just before along", async () => {
    const { server, news, path, text } = await fileServer();
    await writeFile(
      path,
      FILE.replace("}, // since May", '}, // since June\n    "more": { "enabled": true },'),
    );
    await patch(server, "search", { enabled: false });
    expect(await text()).toContain("since June");
    expect(await flagsOf(server)).toEqual({ "shop/new": true, more: true, search: false });
    expect(news.length).toBe(1);
  });

  it("leaves a file with a mistake alone: 409, with the place", async () => {
    const { server, path, text } = await fileServer();
    const broken = FILE.replace('"enabled": true,', '"enabled": maybe,');
    await writeFile(path, broken);
    const response = await patch(server, "search", { rollout: 5 });
    expect(response.status).toBe(409);
    expect((await errorOf(response)).message).toMatch(/flags\.json:6:18: the file is no JSON here/);
    expect(await text()).toBe(broken);
    expect(await flagsOf(server)).toEqual({ "shop/new": true, search: true });
  });

  it("is in force without a watch over the file, too", async () => {
    const { server, text } = await fileServer(FILE, { watch: false });
    expect((await patch(server, "search", { rollout: 0 })).status).toBe(200);
    expect(await flagsOf(server)).toEqual({ "shop/new": true, search: false });
    expect(await text()).toContain('"rollout": 0 // everybody');
  });

  it("leaves the file's mode, what links to it, and nothing beside it", async () => {
    const { server, path, folder } = await fileServer();
    await chmod(path, 0o640);
    await patch(server, "search", { rollout: 5 });
    expect((await stat(path)).mode & 0o777).toBe(0o640);
    expect(await readdir(folder)).toEqual(["flags.json"]);

    const link = join(folder, "link.json");
    await symlink(path, link);
    const linked = await serve(link);
    await patch(linked, "search", { rollout: 7 });
    expect(await readFile(path, "utf8")).toContain('"rollout": 7');
    expect(await readFile(link, "utf8")).toContain('"rollout": 7');
  });

  it("takes force in memory where there is no file, in its place", async () => {
    const server = await serve({ b: { enabled: true }, a: { enabled: true } });
    expect((await patch(server, "b", { rollout: 0, targetUsers: ["u"] })).status).toBe(200);
    expect(server.flags).toEqual({
      flags: { b: { enabled: true, rollout: 0, targetUsers: ["u"] }, a: { enabled: true } },
    });
    expect(Object.keys(server.flags.flags)).toEqual(["b", "a"]);
  });

  it.each(["__proto__", "ü/?#%", "a b", "constructor"])("may be called %j", async (key) => {
    const { server } = await fileServer(
      `{ "flags": { ${JSON.stringify(key)}: { "enabled": true } } }`,
    );
    expect((await patch(server, key, { enabled: false })).status).toBe(200);
    expect(Object.entries(server.flags.flags)).toEqual([[key, { enabled: false }]]);
  });
});

describe("a wrong change gets", () => {
  it.each([
    [{ enabled: 1 }, "enabled", "enabled must be true or false, not 1."],
    [{ rollout: 101 }, "rollout", "rollout must be a number from 0 to 100, not 101."],
    [{ rollout: "5" }, "rollout", 'rollout must be a number from 0 to 100, not "5".'],
    [{ targetUsers: "ann" }, "targetUsers", 'targetUsers must be a list of user ids, not "ann".'],
    [{ targetUsers: [1] }, "targetUsers[0]", "targetUsers[0] must be text, not 1."],
    [{ targetUsers: [""] }, "targetUsers[0]", "targetUsers[0] must not be empty."],
    [
      { rules: [] },
      "rules",
      "rules is not a known field: the fields here are enabled, rollout, targetUsers.",
    ],
    [{}, "The body", "The body must hold enabled, rollout or targetUsers."],
    [[], "The body", "The body must be an object, not a list."],
  ])("400 for %j", async (body, field, message) => {
    const { server, text } = await fileServer();
    const response = await patch(server, "search", body);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ field, message });
    expect(await text()).toBe(FILE);
  });

  it("400 for what is no JSON or no key, 404 for a flag that is not there, 405 for another method", async () => {
    const { server } = await fileServer();
    const memory = await serve({});
    const status = async (response: Promise<Response>) => (await response).status;
    expect(await status(patch(server, "none", { enabled: true }))).toBe(404);
    expect(await status(patch(memory, "__proto__", { enabled: true }))).toBe(404);
    expect(await status(control(server, "flags/", "PATCH", { enabled: true }))).toBe(404);
    expect(await status(control(server, "flags/%ff", "PATCH", { enabled: true }))).toBe(400);
    expect(await status(control(server, "flags/search", "PUT", { enabled: true }))).toBe(405);
    const text = { method: "PATCH", body: "{" };
    expect(await status(fetch(`${server.url}/__rollgate/flags/search`, text))).toBe(400);
  });
});

describe("an edit on disk", () => {
  it("is made anew when somebody saves in between, so that nothing is lost", async () => {
    const folder = await folderWith({ "flags.json": "a" });
    const path = join(folder, "flags.json");
    const seen: string[] = [];
    const result = rewriteFlagsFile(path, (text) => {
      seen.push(text);
      if (seen.length === 1) writeFileSync(path, "b");
      return `${text}+`;
    });
    expect([seen, result, await readFile(path, "utf8")]).toEqual([["a", "b"], "b+", "b+"]);
    expect(await readdir(folder)).toEqual(["flags.json"]);
  });

  it("gives up on a file that changes all the time, or is gone, and leaves nothing behind", async () => {
    const folder = await folderWith({ "flags.json": "a" });
    const path = join(folder, "flags.json");
    let count = 0;
    const change = (text: string) => {
      writeFileSync(path, `${++count}`);
      return `${text}+`;
    };
    expect(() => rewriteFlagsFile(path, change)).toThrow(/cannot be written \(others write it/);
    const remove = (text: string) => {
      rmSync(path);
      return `${text}+`;
    };
    expect(() => rewriteFlagsFile(path, remove)).toThrow(/cannot be written \(ENOENT\)/);
    expect(await readdir(folder)).toEqual([]);
    expect(() => rewriteFlagsFile(path, remove)).toThrow(/the file does not exist/);
  });
});

describe("an evaluation", () => {
  it("tells what a user gets of each flag, and why", async () => {
    const conditions = [{ attribute: "plan", operator: "equals", value: "pro" }];
    const server = await serve({
      pro: { enabled: true, rollout: 0, rules: [{ id: "paying", conditions }] },
      banner: {
        enabled: true,
        type: "string",
        defaultValue: "none",
        targetUsers: ["ann"],
        variations: [{ id: "hi", value: "Hi" }],
      },
      off: { enabled: false },
    });
    const ask = async (query: string) => (await control(server, `evaluation${query}`)).json();
    expect(await ask("")).toEqual({
      answers: {
        pro: { value: false, reason: { kind: "FALLTHROUGH", inRollout: false } },
        banner: { value: "Hi", reason: { kind: "FALLTHROUGH", inRollout: true } },
        off: { value: false, reason: { kind: "OFF" } },
      },
    });
    const post = { method: "POST", body: '{"user":{"id":"u","attributes":{"plan":"pro"}}}' };
    const headers = { Authorization: "Bearer dev-key" };
    await fetch(`${server.url}/api/v1/sdk/identify`, { ...post, headers });
    expect(await ask("?userId=u")).toMatchObject({
      userId: "u",
      answers: { pro: { value: true, reason: { kind: "RULE_MATCH", ruleId: "paying" } } },
    });
    expect(await ask("?userId=ann")).toMatchObject({
      answers: { pro: { value: false }, banner: { reason: { kind: "TARGET_MATCH" } } },
    });
  });
});
