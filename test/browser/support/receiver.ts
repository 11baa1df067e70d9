/** A page that shows nothing of what inspectors send, but has it. */
import { createBrowserReceiver, type StatelyInspectionEvent } from "@statelyai/inspect";

declare global {
  interface Window {
    readonly received: StatelyInspectionEvent[];
  }
}

const received: StatelyInspectionEvent[] = [];
Object.assign(window, { received });
createBrowserReceiver().subscribe((event) => received.push(event));
