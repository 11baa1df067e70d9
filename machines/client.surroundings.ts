import { clientSetup } from "./client.setup";

export const network = clientSetup.createStateConfig({
  initial: "online",
  states: {
    online: {
      id: "online",
      on: { "go.offline": { target: "offline", actions: ["suspend", "loseNetwork"] } },
    },
    offline: {
      id: "offline",
      on: {
        init: { actions: "suspend" },
        "go.online": [
          { guard: "pagePresent", target: "online", actions: ["resume", "openGates"] },
          { target: "online" },
        ],
      },
    },
  },
});

export const page = clientSetup.createStateConfig({
  initial: "present",
  states: {
    present: {
      id: "pagePresent",
      on: { "page.left": { target: "absent", actions: ["suspend", "loseNetwork"] } },
    },
    absent: {
      id: "pageAbsent",
      on: {
        init: { actions: "suspend" },
        "page.returned": [
          {
            guard: "online",
            target: "present",
            actions: [{ type: "checkClocks", params: ({ event }) => event }, "resume", "openGates"],
          },
          {
            target: "present",
            actions: { type: "checkClocks", params: ({ event }) => event },
          },
        ],
      },
    },
  },
});

export const key = clientSetup.createStateConfig({
  initial: "accepted",
  on: {
    "key.refused": [
      { guard: { type: "fromConnection", params: ({ event }) => event }, target: ".refused" },
      { target: ".refused", actions: "refuseKey" },
    ],
  },
  states: {
    accepted: { id: "keyAccepted" },
    refused: {
      id: "keyRefused",
      on: { "key.accepted": { target: "accepted", actions: ["acceptKey", "openGates"] } },
    },
  },
});
