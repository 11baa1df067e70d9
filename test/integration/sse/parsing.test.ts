import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyText } from "../../support/any-text";
import { bytesOf, chunksOf, cut, listen } from "./support";

async function messagesOf(text: string): Promise<[string | undefined, string][]> {
  const { messages, done } = listen(chunksOf([bytesOf(text)]));
  await done;
  return messages;
}

describe("events", () => {
  it("have a name or none, and data of one line or several", async () => {
    expect(
      await messagesOf(
        "event: init\ndata: {}\n\n:heartbeat\n\ndata:plain\n\nid: 7\nevent:x\ndata: a\ndata:  b\ndata\n\n",
      ),
    ).toEqual([
      ["init", "{}"],
      [undefined, "plain"],
      ["x", "a\n b\n"],
    ]);
  });

  it("without data are nothing", async () => {
    expect(await messagesOf("event: init\n\nid: 3\n\n\n\ndata: x\n\n")).toEqual([[undefined, "x"]]);
  });

  it("that the stream cuts off are not delivered", async () => {
    expect(await messagesOf("data: whole\n\nevent: init\ndata: half\n")).toEqual([
      [undefined, "whole"],
    ]);
    expect(await messagesOf("data: whole\n\ndata: ha")).toEqual([[undefined, "whole"]]);
  });

  it("survive bad UTF-8, which spoils only its own text", async () => {
    const bytes = [...bytesOf("data: a"), 0xff, 0xc3, ...bytesOf("\n\ndata: é\n\n")];
    const { messages, done } = listen(chunksOf([Uint8Array.from(bytes)]));
    await done;

    expect(messages).toEqual([
      [undefined, "a\ufffd\ufffd"],
      [undefined, "é"],
    ]);
  });

  it.each(["\n", "\r", "\r\n"])("end their lines with %j", async (newline) => {
    const text = "event: init\ndata: a\ndata: b\n\ndata: c\n\n".replaceAll("\n", newline);

    expect(await messagesOf(text)).toEqual([
      ["init", "a\nb"],
      [undefined, "c"],
    ]);
  });

  it.each(["\n", "\r", "\r\n"])(
    "come at once when the last %j has, not with the next chunk",
    async (newline) => {
      const messages: string[] = [];
      const before: number[] = [];
      async function* stream() {
        yield bytesOf(`data: a${newline}`);
        yield bytesOf(newline);
        before.push(messages.length);
        yield bytesOf(`data: b${newline}${newline}`);
        before.push(messages.length);
      }

      await listen(stream(), { onMessage: (_, data) => messages.push(data) }).done;

      expect(before).toEqual([1, 2]);
    },
  );

  it("are found behind a byte order mark, however it is cut", async () => {
    const bytes = bytesOf("\ufeffdata: x\n\n");
    for (const offsets of [[], [1], [2], [1, 2, 3]]) {
      const { messages, done } = listen(chunksOf(cut(bytes, offsets)));
      await done;
      expect(messages).toEqual([[undefined, "x"]]);
    }
  });

  it("are the same whatever the chunks are", async () => {
    const line = fc.oneof(
      fc.constantFrom(
        "data: x",
        "data:é日🚀",
        "data",
        "event: init",
        ":",
        ": beat",
        "id: 1",
        "junk",
        "",
      ),
      anyText({ maxLength: 12 }).map((text) => `data: ${text.replace(/[\r\n]/g, "")}`),
    );
    const newline = fc.constantFrom("\n", "\r", "\r\n");
    const lines = fc.array(fc.tuple(line, newline), { maxLength: 30 });
    const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(lines, cuts, fc.boolean(), async (parts, places, bom) => {
        const text = (bom ? "\ufeff" : "") + parts.map((part) => part.join("")).join("");
        const bytes = bytesOf(text);
        const offsets = places.map((place) => Math.floor(place * bytes.length));
        const everyByte = Array.from(bytes, (_, i) => i + 1).slice(0, -1);

        const expected = referenceMessages(text);
        for (const at of [[], offsets, everyByte]) {
          const { messages, done } = listen(chunksOf(cut(bytes, at)));
          expect(await done).toBe("ended");
          expect(messages).toEqual(expected);
        }
      }),
    );
  });
});

/** The standard's algorithm, on the whole text (HTML living standard, 9.2.6). */
function referenceMessages(text: string): [string | undefined, string][] {
  const messages: [string | undefined, string][] = [];
  let event: string | undefined;
  let data: string[] = [];
  // A text encoded and decoded again has no lone surrogates, and no byte order mark.
  const decoded = new TextDecoder().decode(bytesOf(text));
  for (const line of decoded.split(/\r\n|\n|\r/).slice(0, -1)) {
    if (line === "") {
      if (data.length > 0) messages.push([event, data.join("\n")]);
      event = undefined;
      data = [];
      continue;
    }
    const [, field, value = ""] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === "data") data.push(value);
    if (field === "event") event = value || undefined;
  }
  return messages;
}

describe("retry", () => {
  it("is told within sane bounds only", async () => {
    const values = [
      "100",
      "99",
      "3600000",
      "3600001",
      "0",
      "-1",
      "1e3",
      "abc",
      "9".repeat(400),
      "2500",
    ];
    const text = values.map((value) => `retry: ${value}\n`).join("");
    const { retries, done } = listen(chunksOf([bytesOf(text)]));
    await done;

    expect(retries).toEqual([100, 3_600_000, 2_500]);
  });
});

describe("the size of an event", () => {
  const limit = { maxEventBytes: 1_000 };

  async function outcome(chunks: Iterable<Uint8Array>): Promise<unknown> {
    return listen(chunksOf(chunks), limit).done.catch((error: unknown) => error);
  }
  const tooLarge = {
    name: "InvalidResponseError",
    code: "RESPONSE_TOO_LARGE",
    message: "A stream event is larger than 1000 bytes.",
  };

  it("may be the limit", async () => {
    expect(await outcome([bytesOf(`data: ${"x".repeat(1_000)}\n\n`)])).toBe("ended");
    expect(await outcome([bytesOf(`data: ${"日".repeat(333)}\n\n`)])).toBe("ended");
  });

  it.each([
    ["in one chunk", [`data: ${"x".repeat(1_001)}\n\n`]],
    ["in bytes, not in characters", [`data: ${"日".repeat(334)}\n\n`]],
    ["over many lines", ["data: 0123456789\n".repeat(100)]],
    ["over many empty lines", ["data\n".repeat(1_100)]],
    ["without a line end", ["data: ", ..."x".repeat(2_000)]],
    ["as an endless comment", [":", ..."x".repeat(2_000)]],
  ])("is limited %s", async (_, texts) => {
    expect(await outcome(texts.map(bytesOf))).toMatchObject(tooLarge);
  });

  it("is noticed before more is read, and the stream is given up", async () => {
    let sent = 0;
    let returned = false;
    async function* endless() {
      try {
        for (;;) {
          sent += 100;
          yield bytesOf("x".repeat(100));
        }
      } finally {
        returned = true;
      }
    }

    await expect(listen(endless(), limit).done).rejects.toMatchObject(tooLarge);
    expect(sent).toBeLessThanOrEqual(1_100);
    expect(returned).toBe(true);
  });

  it("does not add up over events and heartbeats", async () => {
    const texts = Array.from(
      { length: 50 },
      () => `data: ${"x".repeat(500)}\n\n:${"y".repeat(500)}\n`,
    );

    expect(await outcome(texts.map(bytesOf))).toBe("ended");
  });
});
