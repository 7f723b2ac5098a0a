// What a call is about, as the API's own operation tells it.

import { complaint } from "./api.js";
import { changed, foreign, h, say } from "./dom.js";
import { paintSentiment } from "./row.js";

// At the latest: a scenario's own insights may change while nothing else does.
const EVERY = 5000;
const NEVER = 3_600_000;

const NONE = "The API has no insights into this call.";

/** What a body tells, by name: texts, and lists of them; what is null is left out. */
export const toldIn = (json) =>
  Object.entries(Object(json) === json ? json : {})
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.map(text) : text(value)]);

const text = (value) => (typeof value === "object" ? JSON.stringify(value) : String(value));

/** Why an answer tells nothing, in one line, which is empty where it does. */
export function lineOf(answer) {
  if (answer.kind !== "call") return `${answer.status ? `${answer.status}: ` : ""}${complaint(answer)}`;
  // How somebody feels is told of every call.
  return toldIn(answer.json).some(([name, value]) => name !== "sentiment" && value.length) ? "" : NONE;
}

/** Asks for the insights of what is shown: at once where the call has changed, which is seldom more than its clock. */
export class InsightsFeed {
  /** `ask({prefer, signal})` asks the API once, and `answered(answer)` is told what came. */
  constructor({ poller, ask, answered }) {
    Object.assign(this, { poller, ask, answered, known: "", prefer: "" });
  }

  /** The call is shown so; `prefer` is not empty where that is one moment, which never changes. */
  follow(body, prefer) {
    const known = JSON.stringify({ ...body, duration: 0 });
    const polled = this.poller.has(this) && prefer === this.prefer;
    if (polled && known === this.known) return;
    Object.assign(this, { known, prefer });
    if (polled) return void this.poller.hasten(this);
    this.poller.add(this, {
      every: prefer ? NEVER : EVERY,
      ask: (signal) => this.ask({ prefer, signal }),
      answered: this.answered,
      alone: true, // this operation may have been told to answer 429
    });
  }

  stop() {
    this.poller.remove(this);
  }
}

function shown(name, value) {
  if (Array.isArray(value)) return listed(value, name);
  if (name !== "sentiment") return h("p", { dir: "auto" }, value);
  const mood = h("span");
  paintSentiment(mood, value);
  return mood;
}

function listed(values, kind) {
  if (values.length === 0) return h("span", { class: "hint" }, "none");
  return h("ul", { class: kind }, ...values.map((value) => h("li", {}, foreign(value))));
}

export class Insights {
  /** See `InsightsFeed`. */
  constructor({ poller, ask }) {
    this.feed = new InsightsFeed({ poller, ask, answered: (answer) => this.show(answer) });
    this.line = h("p", { class: "trouble", role: "status", "data-kind": "waiting" }, "Asking for the insights…");
    this.facts = h("dl", { class: "facts", hidden: true });
    this.element = h(
      "section",
      { class: "panel insights", "aria-labelledby": "insights-title" },
      h("h2", { id: "insights-title" }, "Insights"),
      this.line,
      this.facts,
    );
  }

  /** Show what is known to be told, without asking. */
  play(json) {
    this.feed.stop();
    this.show({ kind: "call", json });
  }

  show(answer) {
    if (answer.kind === "unreachable") return; // the line above the page says so
    const line = lineOf(answer);
    say(this.line, line);
    this.line.dataset.kind = answer.kind;
    this.line.hidden = line === "";
    this.facts.hidden = line !== "";
    if (line === "") this.showTold(toldIn(answer.json));
  }

  showTold(told) {
    if (!changed(this.facts, told)) return;
    const capital = (name) => name[0].toUpperCase() + name.slice(1);
    this.facts.replaceChildren(
      ...told.flatMap(([name, value]) => [h("dt", {}, capital(name)), h("dd", {}, shown(name, value))]),
    );
  }
}
