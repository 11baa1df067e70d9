import { errorBody } from "./error-body";
import { json, type Reply } from "./reply";

/** Thrown by handlers to answer with an error body. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reply: Reply;

  constructor(
    status: number,
    given: { readonly code?: string; readonly message?: string; readonly field?: string } = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    const body = errorBody(status, given);
    super(body.error.message);
    this.reply = json(status, body, { headers, note: body.error.message });
  }
}

/** A 400 about one field of the request. */
export function invalid(field: string, requirement: string): Refusal {
  return new Refusal(400, { message: `${field} ${requirement}.`, field });
}
