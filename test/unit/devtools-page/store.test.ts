import { expect, test } from "vitest";
import { Store } from "../../../src/devtools-page/live/store";

test("many messages are told of once, with all that they changed", () => {
  let due: (() => void) | undefined;
  let scheduled = 0;
  const store = new Store((tell) => {
    due = tell;
    scheduled++;
  });
  const streams: number[] = [];
  const end = store.subscribe(() => streams.push(store.shown.state.streams));
  for (let count = 1; count <= 100; count++) store.hear({ type: "streams", count });
  expect(streams).toEqual([]);
  expect(scheduled).toBe(1);
  due?.();
  expect(streams).toEqual([100]);

  store.setLink({ status: "open" });
  due?.();
  expect(store.shown.link).toEqual({ status: "open" });
  expect(streams).toEqual([100, 100]);

  end();
  store.hear({ type: "streams", count: 1 });
  due?.();
  expect(streams).toHaveLength(2);
});
