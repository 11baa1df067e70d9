import { OpenFeature } from "@openfeature/web-sdk";
import fc from "fast-check";
import { expect, it } from "vitest";
import { until } from "../../support/events";
import { createGate, type Gate, startRollgateServer } from "../../support/rollgate-server";
import { readyFor } from "./web-support";

type Step =
  | { readonly do: "context"; readonly user: string }
  | { readonly do: "fail" }
  | { readonly do: "refresh" }
  | { readonly do: "let one answer"; readonly which: number }
  | { readonly do: "wait for a request" };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("context" as const),
      user: fc.constantFrom("ann", "bob", "cleo", ""),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "fail" as const }) },
  { weight: 1, arbitrary: fc.constant({ do: "refresh" as const }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("let one answer" as const), which: fc.nat(3) }),
  },
  { weight: 2, arbitrary: fc.constant({ do: "wait for a request" as const }) },
);

const contextOf = (user: string) => (user === "" ? {} : { targetingKey: user });
const client = OpenFeature.getClient();

it("however contexts change, requests fail and answers come, nobody sees another user's value", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { minLength: 3, maxLength: 20 }), async (steps) => {
      const server = await startRollgateServer();
      const held: Gate[] = [];
      let failing = 0;
      let isHolding = false;
      server.answer("v2", async ({ query }) => {
        if (isHolding) {
          const gate = createGate();
          held.push(gate);
          await gate.opened;
        }
        if (failing > 0) {
          failing--;
          return { status: 500 };
        }
        return { flags: { name: query.get("user_id") ?? "" } };
      });
      const provider = await readyFor(server, contextOf("ann"), {
        circuitBreaker: { failureThreshold: 100 },
      });
      isHolding = true;
      let user = "ann";
      const changes: Promise<unknown>[] = [];
      for (const step of steps) {
        if (step.do === "context") {
          user = step.user;
          changes.push(OpenFeature.setContext(contextOf(user)));
        } else if (step.do === "fail") failing++;
        else if (step.do === "refresh") changes.push(provider.client.refresh().catch(() => {}));
        else if (step.do === "let one answer") held.splice(step.which, 1)[0]?.open();
        else await new Promise((resolve) => setImmediate(resolve));
        expect([user, "default"]).toContain(client.getStringValue("name", "default"));
      }
      isHolding = false;
      failing = 0;
      for (const gate of held.splice(0)) gate.open();
      await Promise.all(changes);
      await provider.client.refresh();
      await until(() => client.providerStatus === "READY");
      expect(client.getStringValue("name", "default")).toBe(user);
      await OpenFeature.clearProviders();
      await server.close();
    }),
    { numRuns: 60 },
  );
});
