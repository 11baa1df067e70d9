import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pc from "picocolors";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DevServer } from "../../src/dev-server";
import { start } from "../../src/dev-server/start";
import { closing, newContext, site } from "./support/browser";

const INDEX = `<!doctype html><html lang="en"><title>none</title><link rel="icon" href="data:,">
<script>window.inline = true;</script><script type="module" src="/app.js"></script></html>`;
const APP = `const socket = new WebSocket("ws://" + location.host + "/__rollgate/live");
socket.onmessage = ({ data }) => { document.title = JSON.parse(data).type; };`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "rollgate-page-"));
  await writeFile(join(folder, "index.html"), INDEX);
  await writeFile(join(folder, "app.js"), APP);
});
afterAll(() => rm(folder, { recursive: true }));

async function startServer(): Promise<DevServer> {
  const flags = { flags: { x: { enabled: true } } };
  return closing(await start({ flags }, pc.createColors(false), folder));
}

async function visit(url: string) {
  const page = await (await newContext()).newPage();
  await page.goto(url);
  return page;
}

/** Whether a page at `url` gets a WebSocket open. */
async function opens(url: string, socketUrl: string): Promise<boolean> {
  const page = await visit(url);
  return page.evaluate(
    (address) =>
      new Promise<boolean>((resolve) => {
        const socket = new WebSocket(address);
        socket.onopen = () => resolve(true);
        socket.onerror = () => resolve(false);
      }),
    socketUrl,
  );
}

describe("the dev server's page", () => {
  test("runs its own script and hears of everything, by every name of this machine", async () => {
    const server = await startServer();
    for (const host of ["127.0.0.1", "localhost"]) {
      const page = await visit(`http://${host}:${server.port}/`);
      await page.waitForFunction(() => document.title === "all");
      server.updateFlag("x", { rollout: 1 });
      await page.waitForFunction(() => document.title === "batch");
      expect(await page.evaluate(() => "inline" in window)).toBe(false);
      const changed = await page.evaluate(async () => {
        const response = await fetch("/__rollgate/flags/x", {
          method: "PATCH",
          headers: { "Content-Type": "application/json" },
          body: '{"rollout":50}',
        });
        return response.status;
      });
      expect([changed, server.flags.flags["x"]?.rollout]).toEqual([200, 50]);
    }
  });

  test("cannot be framed", async () => {
    const server = await startServer();
    const page = await visit(site.blankUrl);
    await page.evaluate((url) => {
      const frame = document.createElement("iframe");
      frame.src = url;
      document.body.append(frame);
      return new Promise((resolve) => {
        frame.onload = resolve;
      });
    }, `${server.url}/`);
    const titles = await Promise.all(page.frames().map((frame) => frame.title()));
    expect(titles).not.toContain("all");
    expect(server.requests.filter(({ path }) => path === "/app.js")).toEqual([]);
  });
});

describe("a page of another origin of this machine", () => {
  test("reaches the inspectors' WebSocket, and not the page's", async () => {
    const server = await startServer();
    const socket = (path: string) => `ws://127.0.0.1:${server.port}/__rollgate/${path}`;
    expect(await opens(site.blankUrl, socket("inspect"))).toBe(true);
    expect(await opens(site.blankUrl, socket("live"))).toBe(false);
    expect(await opens(`${server.url}/`, socket("live"))).toBe(true);
  });

  test("changes nothing: with fetch, without permission, or by a form", async () => {
    const server = await startServer();
    const page = await visit(site.blankUrl);
    const outcomes = await page.evaluate(async (url) => {
      const send = (path: string, init: RequestInit) =>
        fetch(url + path, init).then(
          ({ type }) => type,
          () => "failed",
        );
      const json = { "Content-Type": "application/json" };
      return [
        await send("flags/x", { method: "PATCH", headers: json, body: '{"enabled":false}' }),
        await send("faults", { method: "POST", headers: json, body: "{}" }),
        await send("faults", { method: "POST", mode: "no-cors", body: "{}" }),
        await send("state", {}),
      ];
    }, `${server.url}/__rollgate/`);
    expect(outcomes).toEqual(["failed", "failed", "opaque", "failed"]);
    await page.setContent(
      `<form method="post" enctype="text/plain" action="${server.url}/__rollgate/faults"><input name='{"a":"' value='"}'></form>`,
    );
    await Promise.all([
      page.waitForURL("**/__rollgate/faults"),
      page.evaluate(() => document.querySelector("form")?.submit()),
    ]);
    expect(await page.textContent("body")).toContain("refuse pages of other origins");
    expect(server.faults.list()).toEqual([]);
    expect(server.flags.flags["x"]).toEqual({ enabled: true });
  });
});
