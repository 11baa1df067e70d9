import { expect, it } from "vitest";
import { alarmsOf, play, type Script } from "./play";

const PLAIN: Script = {
  setting: {
    seed: 0,
    streaming: false,
    polling: false,
    typed: false,
    header: true,
    storage: false,
    bootstrap: false,
    heedsAbort: true,
  },
  steps: [],
  heals: false,
  after: [],
};

/** What was wrong once, as small as it could be made. */
const SCRIPTS: readonly (readonly [string, Partial<Script>])[] = [
  [
    "says nothing to the console when the network goes while it closes",
    { steps: ["track"], after: ["offline"] },
  ],
  [
    "says nothing to the console when the circuit would probe while it closes",
    { steps: ["9000 ms", "9000 ms", "track"] },
  ],
  [
    "does not take an init for right when the server was not told who the user is now",
    {
      setting: { ...PLAIN.setting, streaming: true },
      steps: [
        "identify 200",
        "identify ann+pro",
        "identify 200",
        "identify ann",
        "identify 503",
        "stream opens with init",
      ],
    },
  ],
  [
    "does not take an init for right when the server refused to hear who the user is now",
    {
      setting: { ...PLAIN.setting, streaming: true, heedsAbort: false },
      steps: [
        "identify ann+pro",
        "all is well",
        "identify ann",
        "identify 404",
        "flags 429, quiet",
        "all is well",
      ],
    },
  ],
  [
    "tries the other place for the key of a stream when the hold is over, not before",
    {
      setting: { ...PLAIN.setting, streaming: true },
      steps: ["identify 200", "flags 429, quiet", "stream 401", "9000 ms", "9000 ms"],
      heals: true,
    },
  ],
];

it.each(SCRIPTS)("%s", async (_, script) => {
  const wrong: string[] = [];
  const alarms = await alarmsOf(async () => {
    wrong.push(...(await play({ ...PLAIN, ...script })));
  });
  expect([wrong, alarms]).toEqual([[], []]);
});
