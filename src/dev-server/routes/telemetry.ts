import { readJson } from "../http/read-body";
import { invalid } from "../http/refusal";
import { json } from "../http/reply";
import { isRecord } from "../is-record";
import type { EvaluationCounts, RecordedTelemetry } from "../records";
import { count } from "./events";
import type { Handler } from "./route";

/** `POST /api/v1/sdk/telemetry`: records how often flags were evaluated. */
export const receiveTelemetry: Handler = async (exchange, state) => {
  const body = await readJson(exchange.request);
  const { evaluations, period_ms } = isRecord(body) ? body : {};
  if (!isRecord(evaluations)) throw invalid("evaluations", "must be an object of counts by flag");
  if (!isCount(period_ms)) throw invalid("period_ms", "must be a whole number of milliseconds");
  let received = 0;
  for (const [key, counts] of Object.entries(evaluations)) {
    received += readCounts(counts, `evaluations.${key}`).total;
  }
  state.receiveTelemetry({ evaluations, period_ms } as RecordedTelemetry, received);
  return json(200, { received }, { note: count(received, "evaluation") });
};

function readCounts(counts: unknown, field: string): EvaluationCounts {
  if (!isRecord(counts)) throw invalid(field, "must be an object");
  for (const name of ["total", "true", "false"]) {
    if (!isCount(counts[name])) throw invalid(`${field}.${name}`, "must be a whole number");
  }
  return counts as unknown as EvaluationCounts;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
