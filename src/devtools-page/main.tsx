import { render } from "preact";
import { App } from "./app";
import { calmFrames } from "./live/calm-frames";
import { followServer, liveUrl } from "./live/follow-server";
import { Store } from "./live/store";

const store = new Store(calmFrames());
followServer(liveUrl(location.href), store.hear, store.setLink);

const page = document.getElementById("page");
if (page !== null) render(<App store={store} />, page);
