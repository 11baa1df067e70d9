import type { RollgateClient, TrackOptions } from "rollgate";
import { allocatedBytes } from "../harness/bytes";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { clientAnswered } from "../support/clients";

const PLAIN: TrackOptions = {
  flagKey: "checkout-redesign",
  eventName: "purchase",
  userId: "ann",
  value: 49.9,
};
const RICH: TrackOptions = {
  ...PLAIN,
  metadata: { currency: "EUR", items: 3, coupon: true, path: "/checkout/done", tags: ["a", "b"] },
};

/** Events of one slice, all sent before the next; far below a batch, which would be sent at once. */
const SLICE = 1_000;
const BATCH = 10 * SLICE;

/** Tracking an event; it stays in memory until it is sent, as the reference's copies do. */
export async function trackRows(): Promise<Row[]> {
  const client = await clientAnswered(JSON.stringify({ flags: {}, received: BATCH }), {
    tracking: { maxBufferSize: BATCH, maxQueueSize: BATCH, flushIntervalMs: 3_600_000 },
  });
  const plain = tracking(client, PLAIN);
  const rich = tracking(client, RICH);
  const copy = copying(PLAIN);
  return [
    rowOf("track(), no metadata", "copy + push", 10, await compare(plain, copy, { times: SLICE }), {
      bytes: { measured: await allocatedBytes(plain, SLICE) },
    }),
    rowOf(
      "track(), five members of metadata",
      "copy + push",
      40,
      await compare(rich, copy, { times: SLICE }),
      {
        bytes: { measured: await allocatedBytes(rich, SLICE) },
      },
    ),
  ];
}

function tracking(client: RollgateClient, options: TrackOptions): Subject {
  return {
    async prepare() {
      await client.flushEvents();
      // The first event after a flush wakes the machine; those that follow do not.
      client.track(options);
    },
    run(times) {
      for (let i = 0; i < times; i++) client.track(options);
      return client.getEventStats().pending;
    },
  };
}

function copying(options: TrackOptions): Subject {
  let events: TrackOptions[] = [];
  return {
    prepare() {
      events = [];
    },
    run(times) {
      for (let i = 0; i < times; i++) events.push({ ...options });
      return events.length;
    },
  };
}
