import * as v from "valibot";
import { isRecord } from "../is-record";
import { butGot } from "./wording";

/** Schema of an object with these fields and no others, with messages for people. */
export function closedObject<const Fields extends v.ObjectEntries>(fields: Fields) {
  const known = Object.keys(fields).join(", ");
  return v.pipe(
    // `strictObject` alone takes lists for objects.
    v.custom<object>(isRecord, butGot("must be an object")),
    v.strictObject(fields, ({ expected }) =>
      expected === "never" ? `${UNKNOWN_FIELD}: the fields here are ${known}` : MISSING_FIELD,
    ),
  );
}

/** Start of the message about a field that no object of this kind has. */
export const UNKNOWN_FIELD = "is not a known field";
/** Message about a required field that is not there. */
const MISSING_FIELD = "is missing";
