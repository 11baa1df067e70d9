import { client, devServer, users } from "./client";
import { goods, type Item } from "./goods";

const MEMBER_DISCOUNT = 0.1;
const SHIPPING = 6;

const cart = new Map<Item, number>();

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const euros = (amount: number) => `€ ${amount.toFixed(2)}`;

function button(label: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function priceOf({ price }: Item): number {
  return client.isEnabled("member-prices") ? price * (1 - MEMBER_DISCOUNT) : price;
}

function add(item: Item): void {
  cart.set(item, (cart.get(item) ?? 0) + 1);
  client.track({
    flagKey: "member-prices",
    eventName: "added-to-cart",
    metadata: { item: item.id },
  });
  draw();
}

function buy(): void {
  const value = total();
  client.track({ flagKey: "express-checkout", eventName: "purchase", value });
  cart.clear();
  find("thanks").textContent = `Thank you: ${euros(value)} paid.`;
  draw();
}

function total(): number {
  return [...cart].reduce((sum, [item, count]) => sum + priceOf(item) * count, 0);
}

/** Draws the whole page from the flags and the cart; it is small enough. */
function draw(): void {
  find("banner").textContent = client.getString("banner", "");
  find("goods").replaceChildren(...goods.map(drawItem));
  find("cart").replaceChildren(
    ...[...cart].map(([{ name }, count]) => {
      const line = document.createElement("li");
      line.textContent = `${count} × ${name}`;
      return line;
    }),
  );
  const sum = total();
  const free = client.getNumber("free-shipping-from", 100);
  find("total").textContent = cart.size === 0 ? "Nothing yet." : `Together ${euros(sum)}`;
  find("shipping").textContent =
    sum >= free ? "Shipping is free." : `Shipping ${euros(SHIPPING)}, free from ${euros(free)}.`;
  drawCheckout();
}

function drawItem(item: Item): HTMLLIElement {
  const line = document.createElement("li");
  const picture = document.createElement("span");
  picture.className = "picture";
  picture.style.background = item.color;
  const name = document.createElement("span");
  name.textContent = `${item.name}, ${euros(priceOf(item))}`;
  const adding = button("Add", () => add(item));
  adding.ariaLabel = `Add ${item.name}`;
  line.append(picture, name, adding);
  return line;
}

/** The flag decides which of two checkouts the page has. */
function drawCheckout(): void {
  const express = client.isEnabled("express-checkout");
  const place = find("checkout");
  place.dataset["kind"] = express ? "express" : "form";
  const pay = button(express ? "Buy now" : "Pay", buy);
  pay.disabled = cart.size === 0;
  if (express) {
    place.replaceChildren(pay);
    return;
  }
  const label = document.createElement("label");
  label.textContent = "Card number ";
  const card = document.createElement("input");
  card.inputMode = "numeric";
  card.autocomplete = "off";
  label.append(card);
  place.replaceChildren(label, pay);
}

function drawState(): void {
  const { connection, freshness, circuit } = client.getState();
  find("state").textContent = `connection ${connection} · flags ${freshness} · circuit ${circuit}`;
}

const choice = find<HTMLSelectElement>("user");
for (const { id, attributes } of users) {
  choice.add(new Option(`${id} (${attributes?.["plan"]})`, id));
}
choice.addEventListener("change", () => {
  const user = users.find(({ id }) => id === choice.value);
  // Failing, it is an `error` event; until the answer the page shows what is known of the new user.
  if (user !== undefined) void client.identify(user);
});
find<HTMLAnchorElement>("devtools").href = devServer;

client.subscribe(draw);
client.onTransition(drawState);
client.on("error", (error) => console.warn(error.message));
draw();
void client.init(users[0]);
