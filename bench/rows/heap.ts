import type { RollgateClient } from "rollgate";
import { retainedBytes } from "../harness/bytes";
import type { Row } from "../harness/row";
import { median } from "../harness/spread";
import { clientAnswered, clientWithRules } from "../support/clients";
import { flagsOf, rulesOf } from "../support/flags";

const FEW = 10;
const MANY = 10_000;
/** Several at a time, so that what code leaves behind by itself counts little. */
const CLIENTS = 5;
/** Of which the median counts: what the platform keeps of an answer differs by a sixth. */
const ROUNDS = 5;

/** Heap that a client keeps for each flag, the strings of the keys apart: those exist beforehand. */
export async function heapRows(): Promise<Row[]> {
  const plain = (count: number) => JSON.stringify({ flags: flagsOf(count) });
  const reasoned = (count: number) =>
    JSON.stringify({ flags: flagsOf(count), reasons: reasonsOf(count) });
  return [
    await heapRow("heap per flag, 10 000 flags of a server", 150, plain, clientAnswered),
    await heapRow(
      "heap per flag, 10 000 flags of a server, with reasons",
      150,
      reasoned,
      clientAnswered,
    ),
    await heapRow(
      "heap per flag, 10 000 flags of rules, one rule each",
      undefined,
      rulesOf,
      clientWithRules,
      "the current user's flags and the rules for all others",
    ),
  ];
}

async function heapRow<T>(
  what: string,
  bar: number | undefined,
  source: (count: number) => T,
  make: (source: T) => Promise<RollgateClient>,
  note?: string,
): Promise<Row> {
  const few = source(FEW);
  const many = source(MANY);
  const keys = Object.keys(flagsOf(MANY));
  // The first clients load and compile code that all others share.
  for (const each of [few, many]) await (await make(each)).close();
  const clientsOf = (given: T) => () =>
    Promise.all(Array.from({ length: CLIENTS }, () => make(given)));
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const withFew = await retainedBytes(clientsOf(few));
    const withMany = await retainedBytes(clientsOf(many));
    rounds.push((withMany - withFew) / CLIENTS / (keys.length - FEW));
  }
  const measured = median(rounds);
  return {
    what,
    bytes: { measured, ...(bar !== undefined && { bar }) },
    ...(note !== undefined && { note }),
  };
}

function reasonsOf(count: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.keys(flagsOf(count)).map((key, i) => [
      key,
      i % 3 !== 0
        ? { kind: "RULE_MATCH", ruleId: `rule-${i % 50}`, ruleIndex: 1, inRollout: true }
        : { kind: "OFF" },
    ]),
  );
}
