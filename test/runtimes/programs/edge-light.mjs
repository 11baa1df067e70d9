import { answer } from "./worker.mjs";

addEventListener("fetch", (event) => {
  const { searchParams } = new URL(event.request.url);
  const waitUntil = (promise) => event.waitUntil(promise);
  event.respondWith(answer(event.request, searchParams.get("server"), waitUntil));
});
