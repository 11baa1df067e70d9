/** What stands before the machines, around the table of actors. */
export const INTRODUCTION = {
  before: [
    "<!-- Made by `npm run machines` from the machines and stately.config.json. -->",
    "# The machines",
    'Everything in the client that takes time is an [XState](https://stately.ai/docs/xstate) v5 machine. `import { clientMachine, … } from "rollgate/machines"` gives you the machines themselves. This page names their states as `client.getState()`, `onTransition` and `getTransitions()` do.',
    "**Names.** A state's public name is its outermost and its innermost state: `streaming.open`, `half_open.probing`. Of states that hold side by side, the first speaks for the machine; the others have a name of their own, such as `connection.polls` or `client.network`, and appear in transitions only. `getState().circuit` is the outermost name alone. States that a table lists with a dot before them have no name of their own.",
  ],
  after: [
    "All of them live as long as the client: they are children of `client`, and find each other by these names. What a transition calls its `event` is XState's event type; timers appear as `after.…` with the name of the delay, finished work as `done.…` or `error.…` with the name of the actor.",
    "**Diagrams.** Each shows one name's states: an arrow bears the event and, in brackets, the condition; `after` a delay, `done` or `error` of an actor. An arrow without a word is followed at once. A dashed _any of these_ stands for every state in its box that does not answer the event itself. What stays in its state is left out.",
  ],
} as const;
