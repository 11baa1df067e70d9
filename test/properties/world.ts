import { RollgateClient } from "../../src";
import {
  EVENT_STREAM,
  json,
  type ScriptedRequest,
  ScriptedService,
  sse,
  status,
} from "../support/scripted-service";
import { createSteppedTime, settle } from "../support/stepped-time";
import { BreakerModel } from "./breaker-model";
import { Knowledge, NAMES, type Name, nameOf } from "./knowledge";
import { BREAKER, configOf, type Setting, TIMEOUT_MS } from "./setting";

/** Longer than anything here keeps a client from asking again. */
const HEALING_MS = 40_000;

/** What a client says of the user in hand. */
interface Reading {
  readonly name: Name;
  readonly version: number;
  readonly isStale: boolean;
}

/** One client, the service it asks, and what must be so at any moment. */
export class World {
  readonly client: RollgateClient;
  readonly service: ScriptedService;
  readonly time = createSteppedTime();
  readonly knowledge = new Knowledge();
  readonly breaker = new BreakerModel(BREAKER);
  /** The user whom the app set last. */
  user: Name = "ann";
  isOffline = false;
  isClosed = false;
  /** What is wrong, as far as it was seen. */
  readonly wrong: string[] = [];
  readonly setting: Setting;
  readonly #unsettled = new Map<Promise<unknown>, string>();
  /** The request for flags that is under way, and since when. */
  #attempt: { readonly request: ScriptedRequest; readonly at: number } | undefined;
  /** A 304 to a question that named flags: an answer, unless they are asked for anew at once. */
  #unchanged: { at: number } | undefined;
  #timePasses = false;
  #isWell = false;

  constructor(setting: Setting) {
    this.setting = setting;
    this.service = new ScriptedService((request) => this.#receive(request));
    this.service.heedsAbort = setting.heedsAbort;
    this.client = new RollgateClient({
      ...configOf(setting),
      fetch: this.service.fetch,
      clock: this.time.clock,
      ...(setting.bootstrap && {
        bootstrap: {
          flags: setting.typed ? { for: "ann", version: 0 } : this.knowledge.flags("ann"),
        },
      }),
    });
    this.#timeOpenings();
    this.promise("init", this.client.init({ id: "ann" }));
  }

  get now(): number {
    return this.time.clock.now();
  }

  setOffline(isOffline: boolean): void {
    // What waited goes out at once.
    if (!isOffline) this.isOffline = false;
    this.client.setOffline(isOffline);
    this.isOffline = isOffline;
  }

  /** A promise that the app holds. */
  promise(what: string, promise: Promise<unknown>): void {
    this.#unsettled.set(promise, what);
    const settled = () => void this.#unsettled.delete(promise);
    promise.then(settled, settled);
  }

  get unsettled(): string[] {
    return [...this.#unsettled.values()];
  }

  async pass(ms: number): Promise<void> {
    this.#timePasses = true;
    await this.time.pass(ms);
    this.#judge();
    this.#timePasses = false;
  }

  /** The answer to the request for flags that is under way, if one is. */
  answerFlags(isAnswer: boolean | undefined, give: (request: ScriptedRequest) => void): void {
    const attempt = this.#attempt;
    if (attempt === undefined) return;
    this.#attempt = undefined;
    if (isAnswer !== undefined) this.breaker.outcome(isAnswer, this.now);
    give(attempt.request);
  }

  answerUnchanged(): void {
    const asked = this.#attempt?.request.headers["if-none-match"];
    if (asked !== undefined) this.#unchanged = { at: this.now };
    this.answerFlags(asked === undefined ? false : undefined, (request) =>
      request.answer(status(304)),
    );
  }

  /** Whatever is under way. */
  answerAllWell(): void {
    for (const request of [...this.service.requests]) this.#answerWell(request);
  }

  flagsOf(request: ScriptedRequest): Response {
    const { knowledge } = this;
    const name = knowledge.name(request);
    const flags = this.setting.typed ? knowledge.typedFlags(name) : knowledge.flags(name);
    return json({ flags }, { headers: { etag: knowledge.etag(request) } });
  }

  initOf(request: ScriptedRequest): string {
    return sse("init", { flags: this.knowledge.flags(this.knowledge.name(request)) });
  }

  /** What must be so even before anything had time to run. */
  checkReads(): void {
    const { client, wrong } = this;
    for (const { name, isStale } of this.read()) {
      const ofSameId = name.split("+")[0] === this.user.split("+")[0];
      if (!ofSameId) wrong.push(`${this.user} gets what is ${name}'s`);
      // Without the header, the service itself may know no better.
      else if (name !== this.user && !isStale && this.setting.header) {
        wrong.push(`${this.user} gets what is ${name}'s, as if it were fresh`);
      }
    }
    if (nameOf(client.user) !== this.user) wrong.push(`the user is ${nameOf(client.user)}`);
  }

  check(): void {
    this.#judge();
    this.checkReads();
    const { client, wrong } = this;
    const circuit = this.breaker.stateAt(this.now);
    if (!this.isClosed && client.circuitState !== circuit) {
      wrong.push(`the circuit is ${client.circuitState} and should be ${circuit}`);
    }
  }

  /** With a service that is well, all comes right by itself. */
  async heal(): Promise<void> {
    this.setOffline(false);
    this.#isWell = true;
    this.service.heedsAbort = true;
    this.answerAllWell();
    await settle();
    this.#judge();
    await this.pass(HEALING_MS);
    this.promise("last refresh", this.client.refresh());
    await settle();
    this.check();
    const { version } = this.knowledge;
    const right = JSON.stringify([{ name: this.user, version, isStale: false }]);
    const found = JSON.stringify(this.read());
    if (found !== right) this.wrong.push(`in the end: ${found}, not ${right}`);
    if (this.unsettled.length > 0) this.wrong.push(`unsettled: ${this.unsettled}`);
  }

  /** What a read says, each way there is. */
  read(): Reading[] {
    return this.setting.typed ? this.#readTyped() : this.#readPlain();
  }

  #timeOpenings(): void {
    let openedAt = 0;
    this.client.on("circuit_open", () => {
      openedAt = this.now;
    });
    this.client.on("circuit_half_open", () => {
      const ms = this.now - openedAt;
      if (ms < BREAKER.recoveryTimeoutMs) this.wrong.push(`half open after ${ms} ms`);
    });
  }

  #readTyped(): Reading[] {
    const { value: name, stale: isStale } = this.client.getStringDetail("for", "");
    const version = this.client.getNumber("version", 0);
    return name === "" ? [] : [{ name: name as Name, version, isStale }];
  }

  #readPlain(): Reading[] {
    const all = this.client.getAllFlags();
    const version = Number(
      Object.keys(all)
        .find((key) => key.startsWith("version"))
        ?.slice(8),
    );
    return NAMES.filter((name) => this.client.isEnabled(`for ${name}`)).map((name) => {
      const isStale = this.client.isEnabledDetail(`for ${name}`).stale;
      return { name, version, isStale };
    });
  }

  #receive(request: ScriptedRequest): void {
    const { client, service, wrong } = this;
    const { channel } = request;
    const state = client.getState();
    if (service.open(channel).length > 1) wrong.push(`two requests at once: ${channel}`);
    if (this.isOffline) wrong.push(`offline, and yet: ${channel}`);
    if (state.hold === "held") wrong.push(`held, and yet: ${channel}`);
    if (this.isClosed && (channel === "flags" || channel === "stream")) {
      wrong.push(`closed, and yet: ${channel}`);
    }
    if (channel === "flags") {
      if (state.circuit === "open") wrong.push("open, and yet: flags");
      const isAsked = request.headers["if-none-match"] !== undefined;
      this.#judge(isAsked);
      this.#attempt = { request, at: this.now };
    }
    if (this.#isWell) this.#answerWell(request);
  }

  /** What became of the attempt before. */
  #judge(isAskedAnew = true): void {
    if (this.#unchanged !== undefined) {
      if (isAskedAnew) this.breaker.outcome(true, this.#unchanged.at);
      this.#unchanged = undefined;
    }
    if (this.#attempt?.request.isAborted !== true) return;
    const { at } = this.#attempt;
    this.#attempt = undefined;
    // While time passes nobody else gives a request up.
    if (this.#timePasses) this.breaker.outcome(false, at + TIMEOUT_MS);
  }

  #answerWell(request: ScriptedRequest): void {
    const { channel, body } = request;
    if (!request.isOpen) return;
    if (body !== undefined && channel === "stream") return;
    if (channel === "flags" && body !== undefined) this.answerFlags(false, () => body.break());
    else if (channel === "flags") this.#answerFlagsWell(request);
    else if (channel === "stream") request.begin(EVENT_STREAM).write(this.initOf(request));
    else {
      if (channel === "identify") this.knowledge.note(request);
      request.answer(json({ success: true }));
    }
  }

  #answerFlagsWell(request: ScriptedRequest): void {
    if (request.headers["if-none-match"] === this.knowledge.etag(request)) this.answerUnchanged();
    else this.answerFlags(true, () => request.answer(this.flagsOf(request)));
  }
}
