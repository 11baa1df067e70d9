import type { Colors } from "picocolors/types";
import { formatRequest, formatTime, printable } from "./format-request";
import type { ServerState } from "./state";

/** Writes a line for everything a person at the terminal wants to see. */
export function logLines(state: ServerState, colors: Colors): void {
  const { log } = state.options;
  const write = (topic: string, text: string) => {
    log(`${colors.dim(formatTime(Date.now()))}  ${topic}  ${printable(text, 1_000)}`);
  };
  const flags = (paint: Colors["green"], text: string) => write(paint("flags"), text);
  const warn = () => {
    for (const { key, message } of state.problems) flags(colors.yellow, `${key}: ${message}`);
  };
  warn();
  state.emitter.on("request", (entry) => log(formatRequest(entry, colors)));
  state.emitter.on("flags_changed", (keys) => {
    flags(colors.green, keys.length === 0 ? "nothing changed" : `changed: ${keys.join(", ")}`);
    warn();
  });
  state.emitter.on("flags_refused", ({ message }) => {
    flags(colors.red, `${message} The last good flags stay in force.`);
  });
  state.inspection.emitter.on("refused", ({ source, reason }) => {
    const text = `${source.label}: a message ${reason} and is dropped; others are dropped without a word.`;
    write(colors.yellow("inspect"), text);
  });
}
