// The head of a call's page: who it is, for how long, in what mood, and what can be done with it.

import { foreign, h, say } from "./dom.js";
import { caller, clock } from "./format.js";
import { fragment } from "./route.js";
import { paintSentiment } from "./row.js";

const button = (attributes, text, clicked) => h("button", { type: "button", ...attributes, onclick: clicked }, text);

export class CallHead {
  /** What the buttons do: `toggled()` for what is going on or a moment, `opened()`, and `ended()`. */
  constructor({ workspace, room, toggled, opened, ended }) {
    this.who = foreign("Asking for the call…", { class: "who" });
    this.heading = h("h1", { tabindex: "-1" }, this.who, " ", foreign(room, { class: "room" }));
    this.duration = h("span", { class: "duration" }, "–:––");
    this.mood = h("span", { class: "mood" });
    this.live = button({ role: "switch", class: "switch" }, "Live", toggled);
    this.makeState = h("a", { class: "button", href: "#/state" }, "Make a state of it");
    this.opener = button({ "aria-expanded": "false", "aria-controls": "direct" }, "Direct", opened);
    this.ender = button({ class: "danger", hidden: true }, "End call", ended);
    const actions = h("span", { class: "actions" }, this.live, this.makeState, this.opener, this.ender);
    this.element = h(
      "div",
      { class: "head call-head" },
      h("p", { class: "back" }, h("a", { href: fragment("calls", { workspace }) }, "All calls")),
      this.heading,
      h("p", { class: "now" }, this.duration, this.mood, actions),
    );
  }

  show(call) {
    say(this.who, caller(call));
    paintSentiment(this.mood, String(call.sentiment));
  }

  showNothing() {
    say(this.who, "No call to show");
  }

  /** Show how far the call is, and lead to the state that it is in. */
  moveTo(elapsed, state) {
    say(this.duration, clock(elapsed));
    this.makeState.setAttribute("href", fragment("state", state));
  }

  setLive(live) {
    this.live.setAttribute("aria-checked", String(live));
  }

  setOpened(opened) {
    this.opener.setAttribute("aria-expanded", String(opened));
  }

  /** Offer to end the call, or no longer. */
  offerToEnd(offered) {
    const focused = document.activeElement === this.ender;
    this.ender.hidden = !offered;
    if (focused && !offered) this.heading.focus({ preventScroll: true });
  }
}
