import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createNames, isFlagsKey } from "../../../src/storage/names";

const digest = async (text: string) => createHash("sha256").update(text).digest("hex");
const parts = { baseUrl: "https://x", apiKey: "sb_server_abc", typedFlags: false };
const namesOf = (more: Partial<typeof parts> = {}) => createNames(digest)({ ...parts, ...more });

describe("the names of a namespace", () => {
  it("have the form of the contract", async () => {
    const names = await namesOf();

    expect(names.namespace).toMatch(/^[0-9a-f]{32}$/);
    expect(names.flagsPrefix).toBe(`rollgate:${names.namespace}:flags:`);
    expect(names.holdKey).toBe(`rollgate:${names.namespace}:hold`);
    expect(names.outboxPrefix).toBe(`rollgate:${names.namespace}:outbox:`);
    expect(await names.flagsKey(undefined)).toBe(`${names.flagsPrefix}anonymous`);
    expect((await names.flagsKey("u1")).slice(names.flagsPrefix.length)).toMatch(/^[0-9a-f]{32}$/);
  });

  it("are the same every time, so that they are found again", async () => {
    // Computed by hand: the first half of sha256 of this JSON.
    const [a, b] = await Promise.all([namesOf(), namesOf()]);
    const json = '["namespace","https://x","sb_server_abc",false]';

    expect(a.namespace).toBe((await digest(json)).slice(0, 32));
    expect(await a.flagsKey("u1")).toBe(await b.flagsKey("u1"));
  });

  it("differ with every part, wherever its characters stand", async () => {
    const variants = [
      {},
      { baseUrl: "https://y" },
      { apiKey: "sb_server_abd" },
      { typedFlags: true },
      { baseUrl: 'https://x","sb', apiKey: "server_abc" },
      { baseUrl: "https://xsb_", apiKey: "server_abc" },
    ];
    const namespaces = await Promise.all(variants.map(async (v) => (await namesOf(v)).namespace));

    expect(new Set(namespaces).size).toBe(variants.length);
  });

  it("tell users apart, the nobody from one who is called so, whatever their ids", async () => {
    const names = await namesOf();
    const ids = [undefined, "anonymous", "", "u1", "U1", "u1 ", "\ud800", "\udfff", "null"];
    const keys = await Promise.all(ids.map(names.flagsKey));

    expect(new Set(keys).size).toBe(ids.length);
    expect(keys.every(isFlagsKey)).toBe(true);
    expect([names.holdKey, `${names.outboxPrefix}x`, "flags:", "x:flags:"].some(isFlagsKey)).toBe(
      false,
    );
  });

  it("depend on the API key for users, too: a list of ids is not enough to find one", async () => {
    const [a, b] = [await namesOf(), await namesOf({ apiKey: "other" })];
    const hash = async (names: typeof a) => (await names.flagsKey("u1")).split(":").at(-1);

    expect(await hash(a)).not.toBe(await hash(b));
  });

  it("let nothing be read", async () => {
    const names = await namesOf();
    const all = [names.holdKey, names.outboxPrefix, await names.flagsKey("user@example.com")];

    expect(all.join()).not.toMatch(/sb_server|abc|user|example|https/);
  });
});

describe("the hash of a context", () => {
  it("is equal for equal email and attributes in any order, whoever the user", async () => {
    const { contextHash } = await namesOf();
    const attributes = { plan: "pro", age: 3 };

    expect(await contextHash({ id: "a", email: "e", attributes })).toBe(
      await contextHash({ id: "b", email: "e", attributes: { age: 3, plan: "pro" } }),
    );
    expect(await contextHash(undefined)).toBe(await contextHash({ id: "a", attributes: {} }));
    const absent = { id: "a", attributes: { plan: undefined } as never };
    expect(await contextHash(absent)).toBe(await contextHash(undefined));
  });

  it("differs with any of them, types included", async () => {
    const { contextHash } = await namesOf();
    const users = [
      { id: "a" },
      { id: "a", email: "" },
      { id: "a", email: "e" },
      { id: "a", attributes: { n: 1 } },
      { id: "a", attributes: { n: "1" } },
      { id: "a", attributes: { n: true } },
      { id: "a", attributes: { n: null } },
      { id: "a", attributes: { m: 1 } },
      { id: "a", attributes: { m: 1, n: 1 } },
    ];
    const hashes = await Promise.all(users.map(contextHash));

    expect(new Set(hashes).size).toBe(users.length);
  });

  it("does not depend on the order of any attributes", async () => {
    const { contextHash } = await namesOf();
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.string()), async (attributes) => {
        const reversed = Object.fromEntries(Object.entries(attributes).reverse());

        expect(await contextHash({ id: "a", attributes })).toBe(
          await contextHash({ id: "a", attributes: reversed }),
        );
      }),
    );
  });
});
