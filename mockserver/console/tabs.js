// Tabs over one panel: arrow keys move between them, as readers of a screen expect.

import { h } from "./dom.js";

export class Tabs {
  constructor(label, names, changed, panel) {
    this.chosen = names[0];
    this.changed = changed;
    this.buttons = names.map((name) =>
      h("button", { type: "button", role: "tab", id: this.idOf(name), "aria-controls": "tab-panel" }, name),
    );
    const list = h("div", { role: "tablist", "aria-label": label, class: "tabs" }, ...this.buttons);
    list.addEventListener("click", (event) => event.target.role === "tab" && this.choose(event.target));
    list.addEventListener("keydown", (event) => this.moved(event));
    this.panel = h("div", { role: "tabpanel", id: "tab-panel" }, panel);
    this.element = h("div", {}, list, this.panel);
    this.mark();
  }

  idOf = (name) => `tab-${name.replaceAll(" ", "-")}`;

  mark() {
    for (const button of this.buttons) {
      const chosen = button.textContent === this.chosen;
      button.setAttribute("aria-selected", String(chosen));
      button.setAttribute("tabindex", chosen ? "0" : "-1");
    }
    this.panel.setAttribute("aria-labelledby", this.idOf(this.chosen));
  }

  choose(button) {
    this.show(button.textContent);
    this.changed();
  }

  /** Show the tab of this name, or the first where there is none. */
  show(name) {
    const names = this.buttons.map((button) => button.textContent);
    this.chosen = names.includes(name) ? name : names[0];
    this.mark();
  }

  moved(event) {
    const last = this.buttons.length - 1;
    const here = this.buttons.indexOf(event.target);
    const there = {
      ArrowRight: here === last ? 0 : here + 1,
      ArrowLeft: here === 0 ? last : here - 1,
      Home: 0,
      End: last,
    }[event.key];
    if (there === undefined) return;
    event.preventDefault();
    this.choose(this.buttons[there]);
    this.buttons[there].focus();
  }
}
