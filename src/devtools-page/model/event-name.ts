/**
 * XState names timers and finished work after the state they are in; what a person
 * wants to read is `after.retryDelay` or `done.fetchFlags`.
 */
export function eventName(type: string): string {
  return type.replace(
    /^xstate\.(after|done|error)\.(?:actor\.|state\.)?([^.]+).*$/,
    (_, kind: string, name: string) => `${kind}.${name}`,
  );
}
