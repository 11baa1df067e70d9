import type { FlagRow } from "../../../dev-server/devtools/messages";
import type { Fault } from "../../../dev-server/faults/fault";
import { control } from "../../live/control";

/** A piece of an outage that one click plays. */
export interface Scene {
  readonly title: string;
  /** What to look at meanwhile. */
  readonly watch: string;
  run(): Promise<unknown>;
}

/** The scenes of the demo, in the order in which they make a story. */
export function scenes(flags: readonly FlagRow[]): readonly Scene[] {
  const flipped = flags.find(({ definition }) => (definition.type ?? "boolean") === "boolean");
  return [
    {
      title: "Server down",
      watch: "connection loses its stream; circuit opens after a few failures; flags still serve",
      run: () => withNewStreams({ drop: true }),
    },
    {
      title: "Server back",
      watch: "circuit goes through half_open to closed; connection streams again; events arrive",
      run: () => control.clearFaults(),
    },
    {
      title: "Slow",
      watch: "connection takes two seconds to stream again, and refresh as long to fetch",
      run: () => withNewStreams({ latencyMs: 2_000 }),
    },
    ...(flipped === undefined
      ? []
      : [
          {
            title: "Flip a flag",
            watch: `the stream announces ${flipped.key}; refresh fetches it`,
            run: () => control.patchFlag(flipped.key, { enabled: !flipped.definition.enabled }),
          },
        ]),
    {
      title: "Drop the streams",
      watch: "connection backs off, polls meanwhile, and is back in streaming.open soon",
      run: () => control.dropStreams(),
    },
    {
      title: "Ask for peace",
      watch: "hold is held for ten seconds, and no channel sends anything",
      run: () => withNewStreams({ retryAfter: 10, times: 1 }),
    },
    {
      title: "Refuse the key",
      watch: "client.key is refused and connection unauthorized, until the server is back",
      run: () => withNewStreams({ status: 401 }),
    },
  ];
}

/** A client that streams asks for nothing, and would not meet a fault for long. */
async function withNewStreams(fault: Fault): Promise<void> {
  await control.addFault(fault);
  await control.dropStreams();
}
