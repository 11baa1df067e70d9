import { describe, expect, it } from "vitest";
import { createInspector } from "../../../src/inspect";
import { createInspector as createInBrowser } from "../../../src/inspect/index.browser";

describe("an option that makes no sense", () => {
  it.each([
    [{ url: "nowhere" }, "url must be a URL of the form ws://…, wss://…"],
    [{ url: 7 }, "url must be a URL of the form ws://…, wss://…"],
    [{ url: "https://example.com" }, "url must be a URL of the form ws://…, wss://…"],
    [{ filter: true }, "filter must be a function"],
    [{ values: "yes" }, "values must be a boolean"],
    [{ onError: {} }, "onError must be a function"],
    [{ autoStart: 1 }, "autoStart must be a boolean"],
    [{ iframe: null }, "iframe must be an object"],
    [{ iframe: {} }, "url must be the page that the given window or iframe shows"],
    [
      { uri: "ws://localhost" },
      "uri is unknown; there are url, filter, values, onError, autoStart, window, iframe",
    ],
  ])("%j is refused", (options, problem) => {
    const create = () => createInspector({ autoStart: false, ...(options as object) });
    expect(create).toThrowError(new TypeError(`The inspector's option ${problem}.`));
  });

  it("is refused in browsers, too", () => {
    expect(() => createInBrowser({ autoStart: false, url: "ftp://example.com" })).toThrowError(
      new TypeError(
        "The inspector's option url must be a URL of the form https://…, http://…, wss://…, ws://….",
      ),
    );
  });

  it.each([7, "x", null])("%j for all of them is refused", (options) => {
    expect(() => createInspector(options as never)).toThrowError(
      new TypeError("createInspector() takes an object of options."),
    );
  });
});

it("says where there is no page to open a window from, and throws nothing", () => {
  const errors: string[] = [];
  createInBrowser({ onError: ({ message }) => errors.push(message) });
  expect(errors).toEqual(["The inspector found no page to open its window from."]);
});
