import type { InspectionEvent } from "xstate";
import type { InspectedClient, Inspector } from "../public";
import { Backlog, type Pending } from "./backlog";
import type { InspectionMessage } from "./messages";
import type { ResolvedOptions } from "./options";
import { outgoingOf } from "./outgoing";
import { Translator } from "./translator";
import type { Transport, TransportListener } from "./transport";

/** Shows the machines of clients to one receiver. For the option `inspect`, or `attachInspector()`. */
export interface StatelyInspector extends Inspector {
  next(event: InspectionEvent, client?: InspectedClient): void;
  detached(client: InspectedClient): void;
  /**
   * Connects, opening the window where there is one and it is not open. Receivers
   * are told of all actors as they are then.
   */
  start(): void;
  /** Disconnects. Clients may stay attached; nothing is sent until `start()`. */
  stop(): void;
}

/** Joins translation, backlog and transport, and lets nothing that goes wrong get out. */
export function joinInspector(
  options: Pick<ResolvedOptions, "filter" | "values" | "onError" | "autoStart">,
  openTransport: (listener: TransportListener) => Transport,
): StatelyInspector {
  const { filter, values, onError, autoStart } = options;
  const backlog = new Backlog();
  const translator = new Translator(values, tell, (act) => queueMicrotask(() => attempt(act)));
  const transport = openTransport({
    ready(anew) {
      attempt(() => {
        if (anew) backlog.startOver();
        drain();
      });
    },
    failed: report,
  });
  let started = false;

  function tell(message: InspectionMessage): void {
    if (!started) return;
    const pending = filtered(message);
    // What is kept back still counts for what receivers are told of the actor later.
    if (pending.text !== undefined || message.type !== "@xstate.event") backlog.add(pending);
    drain();
  }

  function drain(): void {
    backlog.drain(
      (outgoing) => started && transport.send(outgoing),
      (actor) => filtered(translator.renew(actor)),
    );
  }

  function filtered(whole: InspectionMessage): Pending {
    const { message, text } = outgoingOf(whole);
    try {
      if (filter === undefined || filter(message)) return { message, text };
    } catch (error) {
      report(error);
    }
    return { message, text: undefined };
  }

  function attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      report(error);
    }
  }

  function report(error: unknown): void {
    try {
      onError?.(error instanceof Error ? error : new Error(String(error)));
    } catch {
      // There is nobody left to tell.
    }
  }

  const inspector: StatelyInspector = {
    next(event, client) {
      attempt(() => {
        if (started) translator.observe(event, client);
        else translator.follow(event, client);
      });
    },
    detached(client) {
      attempt(() => translator.leave(client));
    },
    start() {
      attempt(() => {
        if (!started) backlog.reset(translator.registrations());
        started = true;
        transport.start();
      });
    },
    stop() {
      if (!started) return;
      started = false;
      attempt(() => transport.stop());
    },
  };
  if (autoStart) inspector.start();
  return inspector;
}
