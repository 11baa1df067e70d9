import { RollgateClient, type RollgateConfig } from "rollgate";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { flagsOf } from "../support/flags";
import { type FlagsServer, startFlagsServer } from "../support/flags-server";
import { HandWritten } from "../support/hand-written";

const ROUNDS = { rounds: 150, sliceMs: 1, times: 1, budgetMs: 15_000 };
/** A client fetches for its stream at most this often. */
const QUIET_MS = 120;

/** What goes over a network, here from one thread to another: updates and starts. */
export async function networkRows(): Promise<Row[]> {
  return [await updateRow(), await startRow(), await streamRow()];
}

async function updateRow(): Promise<Row> {
  const [ours, theirs] = await servers(10_000, 2);
  const client = await clientOf(ours.url);
  const floor = new HandWritten(theirs.url);
  await floor.update();
  const refreshed = subject(async () => {
    let changed = "";
    const stop = client.on("flag_changed", ({ key }) => {
      changed = key;
    });
    await client.refresh();
    stop();
    return changed.length;
  });
  const updated = subject(async () => (await floor.update())[0]?.length ?? 0);
  const compared = await compare(refreshed, updated, ROUNDS);
  await Promise.all([client.close(), ours.close(), theirs.close()]);
  return rowOf(
    "refresh() to flag_changed, 10 000 flags with reasons, one changed",
    "fetch, parse, diff",
    1.3,
    compared,
  );
}

async function startRow(): Promise<Row> {
  const [ours, theirs] = await servers(1_000, 1);
  const clients: RollgateClient[] = [];
  const started = subject(async () => {
    const client = await clientOf(ours.url);
    clients.push(client);
    return client.isEnabled("checkout-redesign-1") ? 1 : 0;
  });
  const floor = subject(async () => {
    const flags = new HandWritten(theirs.url);
    await flags.update();
    return flags.isEnabled("checkout-redesign-1") ? 1 : 0;
  });
  const closing: Subject = {
    ...started,
    // Those of the round before, outside of the time that is measured.
    prepare: async () => void (await Promise.all(clients.splice(0).map((one) => one.close()))),
  };
  const compared = await compare(closing, floor, ROUNDS);
  await Promise.all(clients.map((client) => client.close()));
  await Promise.all([ours.close(), theirs.close()]);
  return rowOf("new to ready, 1 000 flags", "fetch, parse, Map", 1.25, compared, {
    note: "between them lie eleven actors and 33 steps of machines, about 1.8 ms; see below.",
  });
}

async function streamRow(): Promise<Row> {
  const [ours, theirs] = await servers(1_000, 2);
  const client = await clientOf(ours.url, { enableStreaming: true });
  await new Promise<void>((resolve) => {
    const stop = client.on("connection_changed", ({ to }) => {
      if (to !== "streaming.open") return;
      stop();
      resolve();
    });
    if (client.getState().connection === "streaming.open") resolve();
  });
  const floor = new HandWritten(theirs.url);
  await floor.update();
  await floor.openStream();
  const heard = subject(async () => {
    const changed = new Promise<number>((resolve) => {
      client.once("flag_changed", ({ key }) => resolve(key.length));
    });
    ours.announce();
    return changed;
  }, quiet);
  const read = subject(async () => {
    const changed = floor.announced();
    theirs.announce();
    await changed;
    return (await floor.update())[0]?.length ?? 0;
  }, quiet);
  const compared = await compare(heard, read, { ...ROUNDS, rounds: 60 });
  floor.closeStream();
  await Promise.all([client.close(), ours.close(), theirs.close()]);
  return rowOf(
    "change on the server to flag_changed by a stream, 1 000 flags",
    "raw SSE, fetch, parse, diff",
    1.5,
    compared,
    {
      note: "some twenty steps of machines lie between the event, the request and the change, about 1 ms; the median lies at the bar, now above it and now below.",
    },
  );
}

const quiet = () => new Promise<void>((resolve) => setTimeout(resolve, QUIET_MS));

function subject(once: () => Promise<number>, prepare?: () => Promise<void>): Subject {
  return {
    async run(times) {
      let done = 0;
      for (let i = 0; i < times; i++) done += await once();
      return done;
    },
    ...(prepare && { prepare }),
  };
}

/** Two servers alike; `variants` answers in turn, which differ in one flag. */
async function servers(count: number, variants: number): Promise<[FlagsServer, FlagsServer]> {
  const flags = flagsOf(count);
  const reasons = Object.fromEntries(
    Object.entries(flags).map(([key, on]) => [key, { kind: "FALLTHROUGH", inRollout: on }]),
  );
  const bodies = Array.from({ length: variants }, (_, variant) =>
    JSON.stringify({ flags: { ...flags, "checkout-redesign-7": variant === 0 }, reasons }),
  );
  return Promise.all([startFlagsServer(bodies), startFlagsServer(bodies)]);
}

async function clientOf(baseUrl: string, config: Partial<RollgateConfig> = {}) {
  return RollgateClient.start({
    apiKey: "bench-key",
    baseUrl,
    refreshIntervalMs: 0,
    telemetry: { enabled: false },
    ...config,
  });
}
