import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import pc from "picocolors";
import { describe, expect, it, onTestFinished } from "vitest";
import { start } from "../../../../src/dev-server/start";
import { send } from "../kit";
import { folderWith, raw } from "./kit";

async function servePage(files: Record<string, string>) {
  const folder = await folderWith({});
  const page = join(folder, "page");
  await mkdir(join(page, "assets"), { recursive: true });
  await writeFile(join(folder, "secret.txt"), "secret");
  for (const [name, text] of Object.entries(files)) await writeFile(join(page, name), text);
  const server = await start({ flags: { flags: {} } }, pc.createColors(false), page);
  onTestFinished(() => server.close());
  return server;
}

const FILES = {
  "index.html": "<!doctype html><title>t</title>",
  "app.js": "export {};",
  "assets/a-1.css": "a{}",
  "assets/icon.svg": "<svg/>",
  ".hidden.js": "hidden",
  "notes.md": "notes",
};

describe("the page's files", () => {
  it("are served with their types, uncached, under a strict policy", async () => {
    const server = await servePage(FILES);
    const types = new Map<string, string | null>();
    for (const path of ["/", "/index.html", "/app.js", "/assets/a-1.css", "/assets/icon.svg"]) {
      const { status, headers } = await fetch(server.url + path);
      expect([path, status]).toEqual([path, 200]);
      types.set(path, headers.get("content-type"));
      expect(headers.get("cache-control")).toBe("no-store");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      const policy = new Set(headers.get("content-security-policy")?.split("; "));
      for (const directive of [
        "default-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
      ]) {
        expect(policy).toContain(directive);
      }
      expect([...policy].join()).not.toMatch(/unsafe|script-src|http:/);
    }
    expect([...types.values()]).toEqual([
      "text/html; charset=utf-8",
      "text/html; charset=utf-8",
      "text/javascript; charset=utf-8",
      "text/css; charset=utf-8",
      "image/svg+xml",
    ]);
    expect(await (await fetch(server.url)).text()).toBe(FILES["index.html"]);
    const head = await fetch(`${server.url}/app.js`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const posted = await fetch(server.url, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it("are all that is served", async () => {
    const server = await servePage(FILES);
    for (const path of [
      "/../secret.txt",
      "/assets/../../secret.txt",
      "/..%2fsecret.txt",
      "/%2e%2e/secret.txt",
      "/..\\secret.txt",
      "//secret.txt",
      "/./../secret.txt",
      "/assets/..%5c..%5csecret.txt",
      "/secret.txt%00.js",
      "/.hidden.js",
      "/notes.md",
      "/assets",
      "/assets/",
      "/missing.js",
    ]) {
      const socket = await send(
        server,
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      let answer = "";
      for await (const chunk of socket) answer += chunk;
      expect([path, answer.slice(0, 12)]).toEqual([path, "HTTP/1.1 404"]);
      expect(answer).not.toMatch(/secret$|hidden$/);
    }
  });

  it("are for loopback names, and for no page of another origin to read", async () => {
    const server = await servePage(FILES);
    for (const path of ["/", "/app.js"]) {
      expect((await raw(server, path, { host: `localhost:${server.port}` })).status).toBe(200);
      expect((await raw(server, path, { host: "evil.example" })).status).toBe(403);
      const { headers } = await fetch(server.url + path, {
        headers: { Origin: "http://localhost:3000" },
      });
      expect(headers.get("access-control-allow-origin")).toBe(null);
      expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    }
  });

  it("that are not built are asked for in plain words", async () => {
    const server = await servePage({});
    const response = await fetch(server.url);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      503,
      "text/plain; charset=utf-8",
    ]);
    expect(await response.text()).toContain("`npm run build`");
    expect((await fetch(`${server.url}/app.js`)).status).toBe(404);
    expect((await raw(server, "/", { host: "evil.example" })).status).toBe(403);
  });
});
