import { EVENT_STREAM, json, type ScriptedRequest, sse, status } from "../support/scripted-service";
import { settle } from "../support/stepped-time";
import { NAMES, type Name, USERS } from "./knowledge";
import type { World } from "./world";

type Act = (world: World) => void | Promise<void>;
type Answer = (world: World, request: ScriptedRequest) => void;

const QUIET = { "retry-after": "5" };
const CUT = '{"flags":{"shared":true';

/** Steps by their names, so that a script can be read and kept. */
const STEPS: Record<string, Act> = {};

for (const name of NAMES.filter((one) => one !== "nobody")) {
  STEPS[`identify ${name}`] = (world) => setUser(world, name);
}
STEPS["reset"] = (world) => setUser(world, "nobody");
STEPS["refresh"] = (world) => world.promise("refresh", world.client.refresh());
STEPS["track"] = ({ client }) => client.track({ flagKey: "shared", eventName: "e", userId: "ann" });
STEPS["flush events"] = (world) => world.promise("events", world.client.flushEvents());
STEPS["flush telemetry"] = (world) => world.promise("telemetry", world.client.flushTelemetry());
STEPS["offline"] = (world) => world.setOffline(true);
STEPS["online"] = (world) => world.setOffline(false);
STEPS["reset circuit"] = (world) => {
  world.client.resetCircuit();
  world.breaker.reset();
};
STEPS["flags change"] = (world) => {
  world.knowledge.version++;
  toStream(world, () => sse("flag-changed", { key: "shared", enabled: true }));
};

/** How a request for flags ends: by an answer, an outage, or neither. */
const flags = (outcome: boolean | undefined, answer: Answer) => (world: World) =>
  world.answerFlags(outcome, (request) => answer(world, request));

STEPS["flags 200"] = flags(true, (world, request) => {
  if (request.body === undefined) request.answer(world.flagsOf(request));
  else finish(request);
});
STEPS["flags 304"] = (world) => {
  const [request] = world.service.open("flags");
  if (request?.body === undefined) world.answerUnchanged();
};
STEPS["flags begin"] = ({ service }) => {
  const [request] = service.open("flags");
  if (request?.body === undefined) request?.begin({ status: 200 }).write(CUT);
};
for (const code of [401, 404]) {
  const refuse = flags(undefined, (_, request) => request.answer(status(code)));
  STEPS[`flags ${code}`] = (world) => {
    if (world.service.open("flags")[0]?.body === undefined) refuse(world);
  };
}
for (const code of [429, 503]) {
  STEPS[`flags ${code}`] = flags(false, (_, request) => end(request, status(code)));
}
STEPS["flags 429, quiet"] = flags(false, (_, request) => end(request, status(429, QUIET)));
STEPS["flags are garbage"] = flags(false, (_, request) => end(request, json({ flags: [] })));
STEPS["flags break"] = flags(false, (_, request) => end(request, undefined));
STEPS["late flags"] = (world) => {
  const request = world.service.requests.find(
    ({ channel, isAborted }) => isAborted && channel === "flags",
  );
  if (request?.body === undefined) request?.answer(world.flagsOf(request));
};

/** How another request ends, if one is under way. */
const other = (channel: "identify" | "events" | "telemetry", answer: Answer) => (world: World) => {
  const [request] = world.service.open(channel);
  if (request !== undefined) answer(world, request);
};

STEPS["identify 200"] = other("identify", (world, request) => {
  world.knowledge.note(request);
  request.answer(json({ success: true }));
});
STEPS["identify is lost"] = other("identify", (world, request) => {
  world.knowledge.note(request);
  request.fail();
});
for (const code of [401, 404, 503]) {
  STEPS[`identify ${code}`] = other("identify", (world, request) => {
    // A service that knows no identify must learn of attributes in another way.
    if (code !== 404 || world.setting.header) request.answer(status(code));
  });
}
STEPS["identify 429, quiet"] = other("identify", (_, request) =>
  request.answer(status(429, QUIET)),
);
for (const channel of ["events", "telemetry"] as const) {
  STEPS[`${channel} 200`] = other(channel, (_, request) => request.answer(json({})));
  STEPS[`${channel} 503`] = other(channel, (_, request) => request.answer(status(503)));
}
STEPS["events 429, quiet"] = other("events", (_, request) => request.answer(status(429, QUIET)));

/** How a stream begins, if one is asked for. */
const connecting = (answer: Answer) => (world: World) => {
  const [request] = world.service.open("stream");
  if (request !== undefined && request.body === undefined) answer(world, request);
};

STEPS["stream opens"] = connecting((_, request) => void request.begin(EVENT_STREAM));
STEPS["stream opens with init"] = connecting((world, request) =>
  request.begin(EVENT_STREAM).write(world.initOf(request)),
);
for (const code of [401, 503]) {
  STEPS[`stream ${code}`] = connecting((_, request) => request.answer(status(code)));
}
STEPS["stream 429, quiet"] = connecting((_, request) => request.answer(status(429, QUIET)));
STEPS["stream says init"] = (world) => toStream(world, (request) => world.initOf(request));
STEPS["stream says garbage"] = (world) => toStream(world, () => sse("init", [1]));
STEPS["stream ends"] = ({ service }) => service.open("stream")[0]?.body?.end();
STEPS["stream breaks"] = ({ service }) => service.open("stream")[0]?.body?.break();

for (const ms of [10, 100, 300, 1_000, 3_000, 9_000, 21_000]) {
  STEPS[`${ms} ms`] = (world) => world.pass(ms);
}

STEPS["all is well"] = async (world) => {
  // Who is announced asks for flags then, and for a stream.
  for (let turn = 0; turn < 2; turn++) {
    world.answerAllWell();
    await settle();
  }
};

/** What takes a client far, or to its limits, comes more often than the rest. */
const COMMON = [
  "all is well",
  "flags 503",
  "refresh",
  "identify ann",
  "identify ann+pro",
  "3000 ms",
];
export const STEP_NAMES = [
  ...Object.keys(STEPS),
  ...Array.from({ length: 4 }, () => COMMON).flat(),
];

export function take(world: World, name: string): void | Promise<void> {
  const step = STEPS[name];
  if (step === undefined) throw new Error(`There is no step "${name}".`);
  return step(world);
}

function setUser(world: World, name: Name): void {
  const { client } = world;
  const user = USERS[name];
  if (!world.isClosed) world.user = name;
  world.promise(name, user === undefined ? client.reset() : client.identify(user));
}

function toStream(world: World, text: (request: ScriptedRequest) => string): void {
  const [request] = world.service.open("stream");
  request?.body?.write(text(request));
}

/** Ends a request, whether or not its answer has begun. */
function end(request: ScriptedRequest, response: Response | undefined): void {
  if (request.body !== undefined) request.body.break();
  else if (response === undefined) request.fail();
  else request.answer(response);
}

function finish(request: ScriptedRequest): void {
  request.body?.write("}}");
  request.body?.end();
}
