/** What stands before the machines, around the table of actors. */
export const INTRODUCTION = {
  before: [
    "<!-- Made by `npm run machines` from the machines and stately.config.json: change those. -->",
    "# The machines",
    'Everything in the client that takes time is an [XState](https://stately.ai/docs/xstate) v5 machine. `import { clientMachine, … } from "rollgate/machines"` gives you the machines themselves. This page names their states as `client.getState()`, `onTransition` and `getTransitions()` do.',
    "**Names.** A state's public name is its outermost and its innermost state: `streaming.open`, `half_open.probing`. Of states that hold side by side, the first speaks for the machine; the others have a name of their own, such as `connection.polls` or `client.network`, and appear in transitions only. `getState().circuit` is the outermost name alone. What a table lists with a dot before it shares the name above it.",
  ],
  after: [
    "All of them live as long as the client: they are children of `client`, and find each other by these names. What a transition calls its `event` is XState's event type; timers appear as `after.…` with the name of the delay, finished work as `done.…` or `error.…` with the name of the actor.",
    "**Diagrams.** An arrow bears its events, each with its condition in brackets; `[else]` is what no other arrow of that event asks for, and a condition alone is tested at once. `after` names a delay, `done` and `error` an actor; `all done` means that all states side by side have ended. A dashed _any of these_ stands for the states in its box that do not answer the event themselves. A crowded state has a diagram of its own, in which white states are those outside. What acts without leaving its state is not drawn.",
  ],
} as const;
