const { RollgateClient } = require("rollgate");

(async () => {
  const { scenario } = await import("./scenario.mjs");
  console.log(JSON.stringify(await scenario(RollgateClient, process.argv[2])));
})();
