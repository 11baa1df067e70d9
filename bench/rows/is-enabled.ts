import type { RollgateClient } from "rollgate";
import { allocatedBytes } from "../harness/bytes";
import { compare } from "../harness/compare";
import { type Row, rowOf } from "../harness/row";
import type { Subject } from "../harness/subject";
import { clientWithFlags } from "../support/clients";
import { flagsOf, sample } from "../support/flags";
import { mapLookups } from "../support/references";

/** Evaluations of the current user. Every one of them is counted for telemetry. */
export async function isEnabledRows(): Promise<Row[]> {
  const flags = flagsOf(1_000);
  const client = await clientWithFlags(flags);
  const keys = sample(Object.keys(flags));
  const lookup = mapLookups(flags, keys);
  const enabled = evaluations(client, keys);
  const detail = details(client, keys);
  return [
    rowOf("isEnabled, 1 000 flags, counted", "Map.get", 3, await compare(enabled, lookup), {
      bytes: { measured: await allocatedBytes(enabled), bar: 16 },
    }),
    rowOf("isEnabledDetail, from memory", "Map.get", 6, await compare(detail, lookup), {
      bytes: { measured: await allocatedBytes(detail) },
    }),
  ];
}

function evaluations(client: RollgateClient, keys: readonly string[]): Subject {
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) if (client.isEnabled(keys[i & 63] as string)) on++;
      return on;
    },
  };
}

function details(client: RollgateClient, keys: readonly string[]): Subject {
  return {
    run(times) {
      let on = 0;
      for (let i = 0; i < times; i++) {
        const { value, reason } = client.isEnabledDetail(keys[i & 63] as string);
        if (value && reason.kind !== "UNKNOWN") on++;
      }
      return on;
    },
  };
}
