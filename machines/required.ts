import { type EventObject, fromCallback, fromPromise } from "xstate";

const message = (name: string) =>
  `The actor "${name}" must be provided: machine.provide({ actors: { ${name}: … } }).`;

/** Stand-in for a promise actor that does I/O; it fails with an instruction. */
export function requiredPromise<TOutput, TInput>(name: string) {
  return fromPromise<TOutput, TInput>(() => Promise.reject(new Error(message(name))));
}

/** Stand-in for a callback actor that does I/O; it fails with an instruction. */
export function requiredCallback<TEvent extends EventObject, TInput>(name: string) {
  return fromCallback<TEvent, TInput>(() => {
    throw new Error(message(name));
  });
}
