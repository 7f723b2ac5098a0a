// Put a call, or the API, into any state; see the answer, and take the request along.

import { askCall, callPath, complaint, preferHeader, unaskable } from "./api.js";
import { code, copyButton, foreign, h, prose, say, settled } from "./dom.js";
import { bytes, milliseconds, pretty } from "./format.js";
import { note } from "./route.js";
import { SNIPPETS } from "./snippets.js";
import { FIRST, LABELS, makeFields, PREFERENCES } from "./state-form.js";
import { Tabs } from "./tabs.js";

const PATIENCE = 70_000; // longer than the longest delay
const SETTLES_AFTER = 350;
const NARROW = "(max-width: 62rem)"; // where narrow.css puts one column

export class StateView {
  title = "Make a state";

  constructor(root, params, context) {
    this.context = context;
    this.workspace = context.workspace;
    this.fields = makeFields(context);
    this.asking = null;
    this.narrow = matchMedia(NARROW);
    this.closing = new AbortController();
    this.asked = settled(() => this.ask(), SETTLES_AFTER);
    root.append(
      h(
        "div",
        { class: "head" },
        h("h1", { tabindex: "-1" }, "Make a state"),
        h("p", { class: "summary" }, "Every state below is one request away. The address of this page keeps it."),
      ),
      h("div", { class: "columns states" }, this.form(), this.result()),
    );
    this.update(params);
  }

  form() {
    this.explained = h("p", { class: "hint", id: "explained" });
    this.fields.scenario.setAttribute("aria-describedby", "explained");
    const row = ([name, label]) =>
      h(
        "div",
        { class: `field of-${name}` },
        h("label", { for: `s-${name}` }, label),
        this.fields[name],
        name === "scenario" ? this.explained : null,
      );
    const rows = Object.entries(LABELS);
    const further = rows.filter(([name]) => !FIRST.has(name)).map(row);
    this.more = h("details", { class: "more" }, h("summary", {}, "More"), h("div", { class: "controls" }, ...further));
    const clear = h("button", { type: "button", class: "quiet" }, "Start afresh");
    clear.addEventListener("click", () => this.update({ room: "call-abc123", as: this.tabs.chosen }));
    const form = h(
      "form",
      { class: "panel controls", "aria-label": "The state", novalidate: true },
      ...rows.filter(([name]) => FIRST.has(name)).map(row),
      this.more,
      h("p", { class: "actions" }, h("button", { class: "primary" }, "Ask again"), clear),
    );
    form.addEventListener("input", () => this.changed());
    form.addEventListener("submit", (event) => (event.preventDefault(), this.ask()));
    return form;
  }

  result() {
    this.verdict = h("p", { class: "verdict", role: "status" });
    this.remark = h("p", { class: "notice", hidden: true });
    this.headers = h("dl", { class: "facts headers" });
    this.bodyText = code("The body of the response");
    this.snippet = code("The request as code");
    this.tabs = new Tabs("As code", Object.keys(SNIPPETS), () => (this.showSnippet(), this.noted()), this.snippet);
    this.details = h("details", { ontoggle: () => this.noted() }, h("summary", {}, "Headers"), this.headers);
    const { announce } = this.context;
    const request = h(
      "section",
      { class: "panel" },
      h(
        "div",
        { class: "panel-head" },
        h("h2", {}, "Request"),
        copyButton("Copy code", () => this.snippet.textContent, announce),
        copyButton("Copy link", () => location.href, announce),
      ),
      this.tabs.element,
    );
    const parts = [this.verdict, this.remark, this.details, this.bodyText];
    const response = h("section", { class: "panel" }, h("h2", {}, "Response"), ...parts);
    const results = h("div", { class: "results" });
    // On a narrow screen the answer comes first, for the eye and the keyboard alike.
    const place = () => results.append(...(this.narrow.matches ? [response, request] : [request, response]));
    this.narrow.addEventListener("change", place, { signal: this.closing.signal });
    place();
    return results;
  }

  state() {
    return Object.fromEntries(Object.entries(this.fields).map(([name, field]) => [name, field.value]));
  }

  prefer() {
    const state = this.state();
    return preferHeader(Object.fromEntries(PREFERENCES.map((name) => [name, state[name].trim()])));
  }

  changed() {
    this.describe();
    this.noted();
    this.showSnippet();
    this.asked();
  }

  noted() {
    if (this.closed) return;
    note("state", {
      workspace: this.workspace,
      ...this.state(),
      as: this.tabs.chosen === "curl" ? "" : this.tabs.chosen,
      headers: this.details.open ? 1 : "",
    });
  }

  describe() {
    const scenario = this.context.scenarios.find(({ name }) => name === this.fields.scenario.value);
    this.explained.replaceChildren(...prose(scenario?.description ?? ""));
  }

  showSnippet() {
    if (this.mistake()) return say(this.snippet, "");
    const headers = { "x-workspace-id": this.workspace };
    if (this.prefer()) headers.prefer = this.prefer();
    const request = {
      url: location.origin + callPath(this.fields.room.value),
      headers,
      keyed: this.context.about.apiKeyRequired,
    };
    return say(this.snippet, SNIPPETS[this.tabs.chosen](request));
  }

  /** What is wrong with the form, or null. */
  mistake() {
    const wrong = Object.entries(this.fields).find(([, field]) => field.validity.badInput);
    return wrong ? `${wrong[0]} is not a number.` : unaskable(this.fields.room.value);
  }

  async ask() {
    this.asked.cancel();
    this.asking?.abort();
    const asking = (this.asking = new AbortController());
    const mistake = this.mistake();
    this.remark.hidden = mistake === null;
    say(this.remark, mistake ?? "");
    if (mistake) return this.empty();
    this.verdict.dataset.kind = "waiting";
    say(this.verdict, "Waiting for the answer…");
    try {
      const answer = await askCall({
        workspace: this.workspace,
        room: this.fields.room.value,
        prefer: this.prefer(),
        signal: asking.signal,
        patience: PATIENCE,
      });
      this.show(answer);
    } catch (error) {
      if (!asking.signal.aborted) throw error;
    }
    return undefined;
  }

  /** Show no answer: there is none to what is in the form. */
  empty() {
    for (const element of [this.verdict, this.bodyText, this.headers]) element.replaceChildren();
  }

  show(answer) {
    this.verdict.dataset.kind = answer.kind;
    const { status, took } = answer;
    say(
      this.verdict,
      status
        ? `Status ${status} in ${milliseconds(took)}, ${bytes(answer.size)}`
        : `${complaint(answer)} after ${milliseconds(took)}`,
    );
    if (status === 401) this.context.refused();
    const remark = this.oddity(answer);
    this.remark.hidden = remark === null;
    say(this.remark, remark ?? "");
    say(this.bodyText, pretty(answer.text ?? ""));
    const shown = [...(answer.headers ?? [])];
    this.headers.replaceChildren(...shown.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, foreign(value))]));
  }

  oddity(answer) {
    if (answer.kind === "limited") return `Rate-limited: ask again in ${answer.wait} s.`;
    if (answer.kind === "unreachable") return "The connection was closed without an answer, or the mock is not there.";
    if (answer.status === undefined) return null;
    if (!answer.complete)
      return `The connection closed before the body was complete: ${answer.headers.get("content-length")} B were announced.`;
    if (answer.size === 0) return "The body is empty.";
    if (answer.json === undefined) return "The body is not valid JSON.";
    const type = answer.headers.get("content-type") ?? "";
    return type.includes("json") ? null : `The body is JSON, but the response calls it ${type}.`;
  }

  update(params) {
    for (const [name, field] of Object.entries(this.fields)) {
      const value = params[name] ?? (name === "room" ? "call-abc123" : "");
      // A value that is no option, as in an older link, stays to be seen and is judged by the mock.
      if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value))
        field.append(h("option", { value }, value));
      field.value = value;
    }
    const stated = ([name, field]) => !FIRST.has(name) && field.value !== "";
    this.more.open ||= !this.narrow.matches || Object.entries(this.fields).some(stated);
    this.tabs.show(params.as);
    this.details.open = params.headers === "1";
    this.changed();
    this.ask();
  }

  close() {
    this.closed = true;
    this.closing.abort();
    this.asked.cancel();
    this.asking?.abort();
  }
}
