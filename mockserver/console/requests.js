// What has reached the mock, newest first, live.

import { askMock, BASE } from "./api.js";
import { foreign, h, say, settled } from "./dom.js";
import { milliseconds, plural, timeOfDay } from "./format.js";
import { askOperations, operationFor } from "./operations.js";
import { RequestDetail } from "./request.js";
import { note } from "./route.js";

const EVERY = 1000;
const MOST_ROWS = 500;
const CLASSES = ["2xx", "3xx", "4xx", "5xx"];

const cell = (kind, ...content) => h("td", { class: `c-${kind}` }, ...content);

const statusOf = ({ status, state }) => (status === null ? (state === "waiting" ? "…" : "left") : String(status));

export class RequestsView {
  title = "Requests";

  constructor(root, params, context) {
    Object.assign(this, { context, entries: new Map(), rows: new Map(), started: null, cleared: 0, operations: [] });
    this.paused = params.paused === "1";
    this.opened = params.open ? Number(params.open) : null;
    this.detail = new RequestDetail(
      context,
      () => this.open(null),
      (entry) => this.operationOf(entry),
    );
    this.build(root, params);
    this.learn();
    this.timer = setInterval(() => this.paused || document.hidden || this.ask(), EVERY);
    if (this.opened) this.detail.show(this.opened, false);
  }

  /** Learn from the contract which operations there are. */
  async learn() {
    this.operations = await askOperations();
    if (!this.closed) await this.ask();
  }

  operationOf = (entry) => operationFor(this.operations, entry);

  build(root, params) {
    this.summary = h("p", { class: "summary" }, "Asking for the journal…");
    this.pause = h(
      "button",
      { type: "button", role: "switch", class: "switch", "aria-checked": String(!this.paused) },
      "Live",
    );
    this.pause.addEventListener("click", () => this.setPaused(!this.paused));
    const clear = h("button", { type: "button" }, "Clear");
    clear.addEventListener("click", () => this.clear());
    this.body = h("tbody");
    this.empty = h(
      "p",
      { class: "empty" },
      "Nothing here yet. Point your application at ",
      h("code", {}, BASE.href.slice(0, -1)),
      " and watch.",
    );
    this.unmatched = h("p", { class: "empty", hidden: true }, "No request passes the filter.");
    this.trouble = h("p", { class: "empty", hidden: true });
    const heads = ["Time", "Operation", "Path, and what was wrong", "Workspace", "Status", "Took", "Preferences"];
    this.table = h(
      "table",
      { class: "journal" },
      h("caption", { class: "unseen" }, "Requests, newest first"),
      h("thead", {}, h("tr", {}, ...heads.map((text) => h("th", { scope: "col" }, text)))),
      this.body,
    );
    root.append(
      h("div", { class: "head" }, h("h1", { tabindex: "-1" }, "Requests"), this.summary),
      h("div", { class: "tools" }, this.filters(params), h("span", { class: "actions" }, this.pause, clear)),
      h(
        "div",
        { class: "requests" },
        h("div", { class: "table" }, this.table, this.empty, this.unmatched, this.trouble),
        this.detail.element,
      ),
    );
  }

  filters(params) {
    const field = (name, label, input) => {
      this[name] = input;
      input.id = `f-${name}`;
      return h("div", { class: "inline" }, h("label", { for: input.id }, label), input);
    };
    const options = CLASSES.map((status) => h("option", { value: status }, status));
    const form = h(
      "form",
      { class: "filters", role: "search", "aria-label": "Filter the requests" },
      field(
        "path",
        "Path",
        h("input", { type: "search", spellcheck: "false", autocomplete: "off", title: "Or an operation" }),
      ),
      field("for", "Workspace", h("input", { type: "search", spellcheck: "false", autocomplete: "off", size: 10 })),
      field("status", "Status", h("select", {}, h("option", { value: "" }, "any"), ...options)),
      h("label", { class: "check" }, (this.wrong = h("input", { type: "checkbox" })), "Only with problems"),
      h("label", { class: "check" }, (this.own = h("input", { type: "checkbox" })), "The console's too"),
    );
    this.path.value = params.path ?? "";
    this.for.value = params.for ?? "";
    this.status.value = params.status ?? "";
    this.wrong.checked = params.wrong === "1";
    this.own.checked = params.own === "1";
    const later = settled(() => this.noted(), 300);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => (this.draw(), later()));
    this.own.addEventListener("change", () => (this.entries.clear(), this.ask()));
    return form;
  }

  /** The number up to which everything is known for good: answers still to come are asked again. */
  known() {
    const entries = [...this.entries.values()];
    const newest = Math.max(0, ...entries.map(({ number }) => number));
    const waiting = entries.filter(({ state }) => state === "waiting").map(({ number }) => number - 1);
    return Math.max(this.cleared, Math.min(newest, ...waiting));
  }

  async ask() {
    if (this.asking) return;
    this.asking = true;
    const own = this.own.checked;
    try {
      const journal = await askMock(`requests?after=${this.known()}&own=${own}&limit=${MOST_ROWS}`);
      if (!this.closed && own === this.own.checked) this.take(journal);
    } catch (error) {
      if (!this.closed) this.failed(error);
    } finally {
      this.asking = false;
    }
  }

  take(journal) {
    this.context.connection("live");
    this.trouble.hidden = true;
    if (journal.started !== this.started || journal.cleared !== this.cleared) {
      const restarted = this.started !== null && journal.started !== this.started;
      this.forget();
      Object.assign(this, { started: journal.started, cleared: journal.cleared });
      if (restarted) return; // what was asked for was counted by another mock
    }
    for (const entry of journal.requests) this.entries.set(entry.number, entry);
    const numbers = [...this.entries.keys()].sort((a, b) => b - a);
    for (const number of numbers.slice(Math.min(journal.size, MOST_ROWS))) this.entries.delete(number);
    this.draw();
    const state = this.entries.get(this.opened)?.state;
    if (this.detail.state === "waiting" && state !== "waiting") this.detail.show(this.opened, false);
  }

  failed(error) {
    if (error.status === undefined) return this.context.connection("unreachable");
    say(this.trouble, error.message);
    this.trouble.hidden = false;
    this.empty.hidden = this.unmatched.hidden = true;
    if (error.status === 404) say(this.summary, "There is no journal.");
    return undefined;
  }

  forget() {
    this.entries.clear();
    this.draw();
  }

  passes(entry) {
    const { status } = this;
    // The room stands in the path percent-encoded, which nobody types.
    const text = `${entry.path}${entry.query} ${entry.room ?? ""} ${this.operationOf(entry)?.id ?? ""}`;
    return (
      text.toLowerCase().includes(this.path.value.trim().toLowerCase()) &&
      entry.workspace.includes(this.for.value.trim()) &&
      (status.value === "" || String(entry.status)[0] === status.value[0]) &&
      (!this.wrong.checked || entry.problems.length > 0)
    );
  }

  draw() {
    const shown = [...this.entries.values()].filter((entry) => this.passes(entry)).sort((a, b) => b.number - a.number);
    const numbers = new Set(shown.map(({ number }) => number));
    for (const [number, { row }] of this.rows) if (!numbers.has(number)) (row.remove(), this.rows.delete(number));
    let place = this.body.firstElementChild;
    for (const entry of shown) {
      const row = this.rowOf(entry);
      if (row === place) place = place.nextElementSibling;
      else this.body.insertBefore(row, place);
    }
    this.empty.hidden = this.entries.size > 0;
    this.unmatched.hidden = this.entries.size === 0 || shown.length > 0;
    const wrong = shown.filter(({ problems }) => problems.length > 0).length;
    if (this.started)
      say(this.summary, `${plural(shown.length, "request")}, ${wrong} with problems${this.paused ? ", paused" : ""}`);
    this.mark();
  }

  rowOf(entry) {
    const known = this.rows.get(entry.number);
    if (known?.state === entry.state) return known.row;
    const row = this.row(entry);
    known?.row.replaceWith(row);
    this.rows.set(entry.number, { row, state: entry.state });
    return row;
  }

  row(entry) {
    const { number, time, method, path, query, workspace, status, problems } = entry;
    const open = h("button", { type: "button", class: "open" }, foreign(path + (query ? `?${query}` : "")));
    open.addEventListener("click", () => this.open(this.opened === number ? null : number));
    const operation = this.operationOf(entry);
    const kind = status === null ? "none" : `s${Math.floor(status / 100)}`;
    return h(
      "tr",
      { "data-number": number, class: entry.own ? "own" : null },
      cell("time", h("time", { datetime: time }, timeOfDay(time, true))),
      cell("method", foreign(method), operation && h("span", { title: operation.summary }, operation.id)),
      cell("path", open, ...problems.map(({ level, message }) => h("p", { class: level }, foreign(message)))),
      cell("workspace", foreign(workspace || "none")),
      cell("status", h("b", { class: kind }, statusOf(entry))),
      cell("took", entry.milliseconds === null ? "" : milliseconds(entry.milliseconds)),
      cell("preferences", entry.preferencesApplied === null ? "" : foreign(entry.preferencesApplied)),
    );
  }

  open(number) {
    const before = this.opened;
    this.opened = number;
    if (number === null) this.detail.hide();
    else this.detail.show(number);
    this.mark();
    this.noted();
    if (number === null) this.rows.get(before)?.row.querySelector("button").focus();
  }

  mark() {
    for (const [number, { row }] of this.rows) {
      row.classList.toggle("opened", number === this.opened);
      row.querySelector(".open").setAttribute("aria-expanded", String(number === this.opened));
    }
  }

  setPaused(paused) {
    this.paused = paused;
    this.pause.setAttribute("aria-checked", String(!paused));
    this.noted();
    this.draw();
    if (!paused) this.ask();
  }

  async clear() {
    try {
      await askMock("requests", { method: "DELETE" });
      this.context.announce("Cleared.");
      this.open(null);
      this.forget();
      await this.ask();
    } catch (error) {
      this.failed(error);
    }
  }

  noted() {
    if (this.closed) return;
    note("requests", {
      workspace: this.context.workspace,
      path: this.path.value.trim(),
      for: this.for.value.trim(),
      status: this.status.value,
      wrong: this.wrong.checked ? 1 : "",
      own: this.own.checked ? 1 : "",
      paused: this.paused ? 1 : "",
      open: this.opened,
    });
  }

  update() {
    return false;
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
    this.detail.hide();
  }
}
