import { inspector } from "../../stately.config.json";

/** Largest event or snapshot, in bytes of JSON. */
export const MAX_EVENT_BYTES: number = inspector.maxEventBytes;
/** Largest registration of an actor, in bytes of JSON. */
export const MAX_REGISTRATION_BYTES: number = inspector.maxRegistrationBytes;
/** Whether texts leave. */
export const VALUES: boolean = inspector.values;
