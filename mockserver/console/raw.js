// The answer of the API as it came, to be opened.

import { code, copyButton, h, say } from "./dom.js";
import { pretty } from "./format.js";

export class Raw {
  /** `toggled()` is called when it has been opened or closed. */
  constructor(announce, toggled) {
    this.text = null;
    this.json = code("The response as JSON");
    const copy = copyButton("Copy", () => this.json.textContent, announce);
    this.element = h("details", { class: "panel raw" }, h("summary", {}, "Raw JSON"), copy, this.json);
    this.element.addEventListener("toggle", () => (this.draw(), toggled()));
  }

  isOpen = () => this.element.open;

  open(open) {
    this.element.open = open;
  }

  show(text) {
    this.text = text;
    this.draw();
  }

  draw() {
    if (this.text !== null && this.element.open) say(this.json, pretty(this.text));
  }
}
