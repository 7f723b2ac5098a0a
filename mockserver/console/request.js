// One request of the journal, with its response.

import { askMock } from "./api.js";
import { code, copyButton, foreign, h } from "./dom.js";
import { bytes, milliseconds, pretty, timeOfDay } from "./format.js";

function headerList(headers) {
  const pairs = Object.entries(headers).flatMap(([name, value]) => [
    h("dt", {}, foreign(name)),
    h("dd", {}, foreign(value)),
  ]);
  return h("dl", { class: "facts headers" }, ...pairs);
}

function bodyOf(body, whose, announce) {
  if (body === null) return [h("p", { class: "hint" }, "No body.")];
  const text = pretty(body.text);
  const size = body.complete ? bytes(body.bytes) : `${bytes(body.bytes)}, of which the beginning is kept`;
  return [
    h(
      "p",
      { class: "hint with-action" },
      `Body, ${size}`,
      copyButton("Copy", () => text, announce),
    ),
    code(`The body of the ${whose}`, text),
  ];
}

export class RequestDetail {
  /** `closed()` is called when it is to be closed; `operationOf(exchange)` is what it was for, or null. */
  constructor(context, closed, operationOf) {
    Object.assign(this, { context, closed, operationOf });
    this.element = h("section", {
      class: "panel detail",
      hidden: true,
      tabindex: "-1",
      "aria-label": "The opened request",
    });
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && this.closed());
  }

  async show(number, focus = true) {
    this.number = number;
    this.state = null;
    this.element.hidden = false;
    let focused = false;
    try {
      const exchange = await askMock(`requests/${number}`);
      focused = this.element.contains(document.activeElement); // and would lose it
      if (this.number === number) this.fill(exchange);
    } catch (error) {
      if (this.number === number)
        this.element.replaceChildren(this.head(`Request ${number}`), h("p", { class: "notice" }, error.message));
    }
    if (this.number !== number) return;
    if (focus) this.reveal();
    else if (focused && !this.element.contains(document.activeElement)) this.element.focus({ preventScroll: true });
  }

  /** Go to the request without moving what is in view already. */
  reveal() {
    this.element.focus({ preventScroll: true });
    const { top } = this.element.getBoundingClientRect();
    if (top < 0 || top > innerHeight / 2) this.element.scrollIntoView({ block: "start" });
  }

  head(...title) {
    const close = h("button", { type: "button", class: "quiet" }, "Close");
    close.addEventListener("click", () => this.closed());
    return h("div", { class: "panel-head" }, h("h2", {}, ...title), close);
  }

  fill(exchange) {
    const { method, path, query, time, status, state, problems, preferencesApplied: applied, response } = exchange;
    const took = exchange.milliseconds === null ? "" : `, took ${milliseconds(exchange.milliseconds)}`;
    this.state = state;
    const { announce } = this.context;
    const operation = this.operationOf(exchange);
    const states = { waiting: "no answer yet", abandoned: "the client left before the answer" };
    this.element.replaceChildren(
      this.head(foreign(method), " ", status === null ? states[state] : `answered with ${status}`),
      h("p", { class: "path" }, foreign(path + (query ? `?${query}` : ""))),
      operation === null ? "" : h("p", { class: "hint" }, `${operation.summary} (`, h("code", {}, operation.id), ")"),
      h("p", { class: "hint" }, `Number ${exchange.number}, at ${timeOfDay(time, true)}${took}. Secrets are masked.`),
      applied === null ? "" : h("p", { class: "hint" }, "Preferences applied: ", foreign(applied)),
      h(
        "ul",
        { class: "problems" },
        ...problems.map(({ level, message }) => h("li", { class: level }, foreign(message))),
      ),
      h("h3", {}, "Request"),
      headerList(exchange.headers),
      ...bodyOf(exchange.body, "request", announce),
      h("h3", {}, "Response"),
      ...(response === null
        ? [h("p", { class: "hint" }, "None yet.")]
        : [headerList(response.headers), ...bodyOf(response.body, "response", announce)]),
    );
  }

  hide() {
    this.number = this.state = null;
    this.element.hidden = true;
  }
}
