export type {
  ActorMessage,
  ClientFacts,
  EventMessage,
  InspectedEvent,
  InspectedSnapshot,
  InspectionMessage,
  SnapshotMessage,
} from "./messages";
export type { InspectorOptions } from "./options";
export type { StatelyInspector } from "./stately-inspector";
export type { InspectorFrame, InspectorWindow } from "./window-transport";
