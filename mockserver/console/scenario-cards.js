// The scenarios' rooms on the page of all calls: what each shows, and the way there.

import { foreign, h, prose } from "./dom.js";

export const group = (id, title, ...content) =>
  h("section", { class: "group", "aria-labelledby": id }, h("h2", { id }, title), ...content);

const GROUPS = [
  {
    id: "scenarios",
    title: "Scenarios",
    hint: "Each room `mock-NAME` shows one state of a call: ask for it from anywhere, without a `Prefer` header.",
    has: ({ status }) => status === null,
  },
  {
    id: "statuses",
    title: "Scenarios that are errors",
    hint: "For the screens that nobody wants to see.",
    has: ({ status }) => status !== null,
  },
];

export class ScenarioCards {
  /** `address(room)` is where the card of a room leads, and `board(name)` the way to all calls in that state. */
  constructor(scenarios, address, board) {
    const card = ({ name, room, description }) =>
      h(
        "li",
        { class: "card", "data-text": `${room} ${name} ${description}`.toLowerCase() },
        h("a", { href: address(room), "data-room": room }, foreign(name)),
        h("p", { class: "hint" }, ...prose(description)),
        h("a", { href: board(name), class: "as-board", "aria-label": `The board as ${name}` }, "As a board"),
      );
    this.groups = GROUPS.map(({ id, title, hint, has }) => {
      const cards = scenarios.filter(has).map(card);
      const list = h("ul", { class: "cards" }, ...cards);
      return { cards, element: group(id, title, h("p", { class: "hint" }, ...prose(hint)), list) };
    });
    this.elements = this.groups.map(({ element }) => element);
  }

  /** Show only the cards that have this text; return whether any has. */
  find(text) {
    for (const { cards, element } of this.groups) {
      for (const card of cards) card.hidden = !card.dataset.text.includes(text);
      element.hidden = cards.every((card) => card.hidden);
    }
    return this.elements.some((element) => !element.hidden);
  }
}
