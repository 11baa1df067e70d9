import { answer } from "./worker.mjs";

export default {
  fetch: (request, env, context) =>
    answer(request, env.ROLLGATE_URL, (promise) => context.waitUntil(promise)),
};
