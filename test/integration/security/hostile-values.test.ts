import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import type { UserContext } from "../../../src";
import { createClient } from "../../support/client";
import { startRollgateServer } from "../../support/rollgate-server";
import { batches } from "../delivery/support";
import { temporaryDirectory } from "../storage/support";

const CRLF = "\r\nX-Evil: 1\r\n\r\nGET /evil HTTP/1.1\r\n\r\n";
const TEXTS = [
  `ann${CRLF}`,
  "ann\nX-Evil: 1",
  "\u0000\u0001\u007f",
  "half \ud800 and \udfff halves",
  "right to left \u202e and zero \u200b width",
  "../../../etc/passwd",
  "?user_id=bob&token=x#y",
  "%0d%0aX-Evil:%201",
  "__proto__",
  "constructor",
  '"},"admin":{"a":"',
  "日本語 😀",
  "x".repeat(4_000),
] as const;
/** What UTF-8 can carry of a text: halves of surrogate pairs become U+FFFD. */
const wellFormed = (text: string) => Buffer.from(text, "utf8").toString("utf8");

it.each(TEXTS)(
  "a user, an attribute and an event with %j reach the server as they are, and nothing else does",
  async (text) => {
    const path = join(await temporaryDirectory(), "flags.json");
    const server = await startRollgateServer({ beta: true });
    const client = createClient(server, {
      enableStreaming: true,
      cache: { persistPath: path },
      telemetry: {},
    });
    const user: UserContext = { id: text, email: text, attributes: { plan: text, [text]: text } };
    await client.init(user);
    await server.stream(1);
    client.isEnabled(text);
    client.isEnabledDetail(text, true, user);
    client.setOverride(text, text);
    client.track({
      flagKey: text,
      eventName: text,
      variationId: text,
      metadata: { [text]: text },
    });
    await client.flushEvents();
    await client.flushTelemetry();
    await client.close();

    for (const { headers, query, route, method, userContext } of server.requests()) {
      expect(headers["x-evil"]).toBeUndefined();
      expect([route, method]).not.toContain("other");
      if (query.has("user_id")) expect(query.getAll("user_id")).toEqual([wellFormed(text)]);
      expect(query.get("token")).toBeNull();
      if (userContext !== undefined) expect(userContext).toEqual(JSON.parse(JSON.stringify(user)));
    }
    expect(server.count("other")).toBe(0);
    expect(server.requests("identify")[0]?.json()).toEqual({
      user: JSON.parse(JSON.stringify(user)),
    });
    expect(batches(server)[0]?.[0]).toMatchObject({ flagKey: text, eventName: text, userId: text });
    expect(Object.entries(batches(server)[0]?.[0]?.["metadata"] as object)).toEqual([[text, text]]);
    if (text.length > 3)
      expect(await readFile(path, "utf8")).not.toContain(JSON.stringify(text).slice(1, -1));
  },
);
