import { render } from "preact";
import { App } from "./app";
import { followServer, liveUrl } from "./live/follow-server";
import { Store } from "./live/store";

const store = new Store();
followServer(liveUrl(location.href), store.hear, store.setLink);

const page = document.getElementById("page");
if (page !== null) render(<App store={store} />, page);
