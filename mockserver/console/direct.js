// Directs the mock: what a room does, what happens in its call, and the workspace's clock.

import { askMock, controlUrl, unaskable } from "./api.js";
import { COMMANDS, requestOf, runs, told } from "./commands.js";
import { code, copyButton, foreign, h, prose, say } from "./dom.js";
import { plural } from "./format.js";
import { COMMAND_SNIPPETS } from "./snippets.js";

const STATUSES = [400, 401, 403, 404, 409, 422, 429, 500, 502, 503, 504];
const KNOWN = { roles: ["agent", "customer"], moods: ["positive", "neutral", "negative"] };

const options = (values) => values.map((value) => h("option", { value }, String(value)));

const datalist = (id, values = []) => h("datalist", { id }, ...options(values));

const text = (attributes) => h("input", { autocomplete: "off", spellcheck: "false", required: true, ...attributes });

const seconds = (attributes) => h("input", { type: "number", step: "any", inputmode: "decimal", ...attributes });

/** The form's fields by name: a label, and the element. */
function fieldsFor(scenarios) {
  const names = scenarios.map(({ name }) => name);
  const select = (none, values) => h("select", {}, h("option", { value: "" }, none), ...options(values));
  return {
    scenario: ["Scenario", select("what the room's name says", names)],
    code: ["Status", select("whatever it is", STATUSES)],
    at: ["Moment, seconds in", seconds({ min: 0, max: 999_999_999, placeholder: "as the clock says" })],
    times: [
      "For so many requests",
      h("input", { type: "number", min: 1, max: 1000, step: 1, inputmode: "numeric", placeholder: "for good" }),
    ],
    starts: ["A call begins now", h("input", { type: "checkbox" })],
    role: ["Who says it", text({ value: "customer", list: "known-roles" })],
    content: ["What is said", h("textarea", { rows: 2, maxlength: 10_000, dir: "auto" })],
    identity: ["Identity", text({ value: "supervisor-1", maxlength: 256, list: "known-people" })],
    isAgent: ["An AI agent", h("input", { type: "checkbox" })],
    value: ["Sentiment from now on", text({ value: "negative", list: "known-moods" })],
    freeze: ["Show this instant", text({ placeholder: "2030-01-01T10:00:00Z" })],
    advance: ["Seconds later", seconds({ min: 0, value: 30, required: true })],
    scale: ["Times as fast as the mock's", seconds({ min: 0, max: 1000, value: 10, required: true })],
  };
}

export class DirectPanel {
  /**
   * `chosen(name)` is called when somebody chooses a command, and `done()` when one has been sent.
   */
  constructor({ workspace, room, context, chosen, done }) {
    const { about, announce, scenarios } = context;
    Object.assign(this, { workspace, room, announce, done, frozen: about.clock.frozen, command: "play", now: "" });
    this.fields = fieldsFor(scenarios);
    for (const [name, [, element]] of Object.entries(this.fields)) element.id = `d-${name}`;
    this.people = datalist("known-people");
    this.holds = foreign("…");
    this.shows = h("span", {}, "…");
    this.form = h("form", { class: "controls", "aria-label": "A command", novalidate: true });
    this.form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    this.form.addEventListener("input", () => this.showCode());
    this.choices = this.groups((name) => (this.choose(name), chosen(name)));
    this.result = h("p", { class: "result", role: "status" });
    this.codes = Object.keys(COMMAND_SNIPPETS).map((kind) => [kind, code(`The command for ${kind}`)]);
    this.element = h(
      "section",
      { class: "panel direct", id: "direct", "aria-labelledby": "direct-title", hidden: true },
      h("h2", { id: "direct-title" }, "Direct"),
      h("dl", { class: "facts" }, ...this.fact("Room", this.holds), ...this.fact("Clock", this.shows)),
      h("div", { class: "chips", role: "radiogroup", "aria-label": "Commands" }, ...this.choices),
      this.form,
      this.result,
      ...this.codes.map(([kind, element]) => this.snippet(kind, element)),
      this.people,
      datalist("known-roles", KNOWN.roles),
      datalist("known-moods", KNOWN.moods),
    );
    this.choose(this.command);
  }

  fact = (name, element) => [h("dt", {}, name), h("dd", {}, element)];

  snippet(kind, element) {
    return h(
      "div",
      { class: "snippet" },
      h("h3", {}, kind),
      copyButton(`Copy ${kind}`, () => element.textContent, this.announce),
      element,
    );
  }

  groups(chosen) {
    const groups = new Map();
    for (const [name, { group, label }] of Object.entries(COMMANDS)) {
      const radio = h("input", { type: "radio", name: "command", value: name, onchange: () => chosen(name) });
      if (!groups.has(group)) groups.set(group, []);
      groups.get(group).push(h("label", { class: "chip" }, radio, label));
    }
    return [...groups].map(([group, chips]) =>
      h(
        "div",
        { class: "chip-group", role: "group", "aria-label": group },
        h("span", { "aria-hidden": "true" }, group),
        h("div", {}, ...chips),
      ),
    );
  }

  /** Show the fields of a command; one that does not exist is the first. */
  choose(name) {
    this.command = Object.hasOwn(COMMANDS, name) ? name : "play";
    const { fields = [], hint, does } = COMMANDS[this.command];
    for (const radio of this.element.querySelectorAll("[name=command]")) radio.checked = radio.value === this.command;
    const freeze = this.fields.freeze[1];
    if (this.command === "freeze" && freeze.value === "") freeze.value = this.now;
    this.form.replaceChildren(
      ...(hint ? [h("p", { class: "hint" }, ...prose(hint))] : []),
      ...fields.map((field) => this.labelled(field)),
      h("p", { class: "actions" }, h("button", { class: "primary" }, does)),
    );
    this.tell("", "");
    this.showCode();
  }

  labelled(name) {
    const [label, element] = this.fields[name];
    if (element.type === "checkbox") return h("label", { class: "check" }, element, label);
    return h("div", { class: `field of-${name}` }, h("label", { for: element.id }, label), element);
  }

  values() {
    const read = (element) => (element.type === "checkbox" ? element.checked : element.value);
    const fields = Object.entries(this.fields).map(([name, [, element]]) => [name, read(element)]);
    return { ...Object.fromEntries(fields), room: this.room };
  }

  /** What is wrong with the form, or null. */
  mistake() {
    const wrong = (COMMANDS[this.command].fields ?? []).find((name) => !this.fields[name][1].validity.valid);
    if (wrong) return `${this.fields[wrong][0]}: ${this.fields[wrong][1].validationMessage}`;
    return unaskable(this.workspace) ?? unaskable(this.room);
  }

  showCode() {
    const mistake = this.mistake();
    const { path, ...request } = requestOf(this.command, this.workspace, this.values());
    for (const [kind, element] of this.codes)
      say(element, mistake ? "" : COMMAND_SNIPPETS[kind]({ ...request, url: controlUrl(path) }));
  }

  tell(kind, text) {
    this.result.dataset.kind = kind;
    say(this.result, text);
  }

  async send() {
    const mistake = this.mistake();
    if (mistake) return this.tell("error", mistake);
    const { path, ...request } = requestOf(this.command, this.workspace, this.values());
    this.tell("waiting", "…");
    try {
      await askMock(path, request);
      this.tell("done", `${COMMANDS[this.command].does}: done.`);
      if (this.command === "say") this.fields.content[1].value = "";
    } catch (error) {
      this.tell("error", error.status ? `${error.status}: ${error.message}` : "The mock does not answer.");
    }
    return this.done();
  }

  /** Show what holds in the room, and the workspace's clock; see `WorkspaceWatch`. */
  show(clock, held) {
    if (clock === null || held === null) return;
    this.now = clock.now.replace(/\.\d+/, "");
    if (this.command === "freeze" && this.fields.freeze[1].value === "") this.choose("freeze");
    const count = held.events.length;
    say(this.holds, told(held) + (count ? `; ${plural(count, "event")}` : ""));
    say(this.shows, `${clock.now.slice(0, 19).replace("T", " ")} UTC, ${runs(clock, this.frozen)}`);
  }

  /** Offer the identities of those who are in the room. */
  showPeople(people) {
    const names = people.map(({ identity }) => String(identity));
    if (names.join("\n") === this.known) return;
    this.known = names.join("\n");
    this.people.replaceChildren(...options(names));
  }
}
