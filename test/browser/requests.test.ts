import { expect, test } from "vitest";
import { createRawServer } from "../support/raw-server";
import {
  API_KEY,
  closing,
  configFor,
  flagRequests,
  newContext,
  openPage,
  site,
  startClient,
  startServer,
} from "./support/browser";

const ALLOW = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "authorization, content-type, if-none-match",
};

test("the browser enforces CORS, so that these tests mean something", async () => {
  const server = closing(await createRawServer((_, response) => void response.end("{}")));
  const page = await openPage();
  const outcome = await page.evaluate(
    (url) =>
      fetch(url).then(
        () => "readable",
        () => "blocked",
      ),
    server.url,
  );
  expect(server.requests).toHaveLength(1);
  expect(outcome).toBe("blocked");
});

test("flags arrive from another origin, by requests that it permits", async () => {
  const server = await startServer();
  const context = await newContext();
  await context.addCookies([{ name: "session", value: "secret", url: server.url }]);
  const page = await openPage(context);
  const user = { id: "u1", email: "u1@example.com", attributes: { plan: "pro" } };

  expect(await startClient(page, configFor(server), user)).toBeUndefined();

  expect(await page.evaluate(() => window.kit.client.getAllFlags())).toEqual({
    beta: true,
    later: false,
    "pro-only": true,
  });
  const preflights = server.requests.filter(({ method }) => method === "OPTIONS");
  expect(new Set(preflights.map(({ status }) => status))).toEqual(new Set([204]));
  expect(preflights.map(({ path }) => path)).toEqual(["/api/v1/sdk/identify", "/api/v1/sdk/flags"]);
  const [request] = flagRequests(server);
  expect(request?.headers["origin"]).toBe(site.url.slice(0, -1));
  const names = Object.keys(request?.headers ?? {});
  expect(names).toContain("authorization");
  for (const name of ["x-user-context", "x-sdk-name", "x-sdk-version", "cookie"]) {
    expect(names).not.toContain(name);
  }
});

test("X-User-Context is sent when asked for", async () => {
  const server = await startServer();
  const page = await openPage();
  const config = configFor(server, { userContextHeader: true });
  expect(
    await startClient(page, config, { id: "u1", attributes: { plan: "pro" } }),
  ).toBeUndefined();
  expect(Object.keys(flagRequests(server)[0]?.headers ?? {})).toContain("x-user-context");
});

test("ETag and Retry-After, which the server exposes, are used", async () => {
  const server = await startServer();
  const page = await openPage();
  await startClient(page, configFor(server));
  await page.evaluate(() => window.kit.client.refresh());
  expect(flagRequests(server).map(({ status }) => status)).toEqual([200, 304]);

  server.faults.add({ route: "flags", status: 429, retryAfter: 60 });
  const first = await page.evaluate(() => window.kit.codeOf(window.kit.client.refresh()));
  const state = await page.evaluate(() => window.kit.client.getState());
  expect(first).toBeDefined();
  expect(state.hold).toBe("held");
});

test("the browser's own cache is passed by", async () => {
  const server = closing(
    await createRawServer(({ method }, response) => {
      const headers = { ...ALLOW, "cache-control": "public, max-age=600" };
      if (method === "OPTIONS") response.writeHead(204, ALLOW).end();
      else response.writeHead(200, headers).end(`{"flags":{"beta":true}}`);
    }),
  );
  const page = await openPage();
  await startClient(page, configFor(server));
  await page.evaluate(() => window.kit.client.refresh());
  expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(2);
});

test("a redirect is not followed, and the key goes nowhere else", async () => {
  const elsewhere = closing(await createRawServer((_, response) => void response.end("{}")));
  const server = closing(
    await createRawServer(({ method }, response) => {
      if (method === "OPTIONS") response.writeHead(204, ALLOW).end();
      else response.writeHead(302, { ...ALLOW, location: `${elsewhere.url}/flags` }).end();
    }),
  );
  const page = await openPage();
  expect(await startClient(page, configFor(server))).toBe("REDIRECTED");
  expect(server.requests.at(-1)?.headers.authorization).toBe(`Bearer ${API_KEY}`);
  expect(elsewhere.requests).toEqual([]);
});

test("a server without CORS is a network error that says no more than the browser does", async () => {
  const server = closing(
    await createRawServer((_, response) => void response.end(`{"flags":{"beta":true}}`)),
  );
  const page = await openPage();
  expect(await startClient(page, configFor(server))).toBe("NETWORK_ERROR");
});

test("loading the package and running a client leaves no trace in the page's globals", async () => {
  const server = await startServer();
  const config = configFor(server, { tracking: { persist: true } });
  const page = await (await newContext()).newPage();
  await page.goto(site.blankUrl);
  // As text: the test runner rewrites imports.
  const added = await page.evaluate<string[]>(`(async () => {
    const before = new Set(Reflect.ownKeys(globalThis));
    const { RollgateClient } = await import("/sdk.js");
    const client = new RollgateClient(${JSON.stringify(config)});
    await client.init({ id: "u1" });
    client.track({ flagKey: "beta", eventName: "seen" });
    await client.close();
    return Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String);
  })()`);
  expect(added).toEqual([]);
  expect(server.events).toHaveLength(1);
});
