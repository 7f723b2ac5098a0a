// One call on the board.

import { complaint } from "./api.js";
import { foreign, h, say, unseen } from "./dom.js";
import { caller, clock, plural, tone, words } from "./format.js";

const SHAPES = { positive: "▲", neutral: "●", negative: "▼" };
const MOST_PIPS = 12;

/** A sentiment as a word with a shape, so that colour is not all there is to it. */
export function paintSentiment(element, sentiment) {
  element.className = `mood ${tone(sentiment)}`;
  element.replaceChildren(h("span", { "aria-hidden": "true" }, SHAPES[tone(sentiment)]), " ", foreign(sentiment));
}

function pips(participants) {
  const dots = participants.slice(0, MOST_PIPS).map(({ isAgent }) => h("i", { class: isAgent ? "pip agent" : "pip" }));
  const names = participants.map(({ identity }) => identity).join(", ");
  return [
    h("span", { class: "pips", "aria-hidden": "true", title: names }, ...dots),
    unseen(`${plural(participants.length, "participant")}: `),
    h("span", { class: "count" }, String(participants.length)),
  ];
}

/** The board's row of a room; `show` is given each answer, `tick` lets its clock run on. */
export class Row {
  constructor(room, kind, scenario, address) {
    Object.assign(this, { room, kind, scenario, body: null, state: "loading", at: 0, topic: null });
    this.who = foreign("", { class: "who" });
    this.duration = h("span", { class: "duration" }, "–:––");
    this.agent = foreign("", { class: "agent-name" });
    this.about = h("span", { class: "topic" });
    this.mood = h("span", { class: "mood" });
    this.people = h("span", { class: "people" });
    this.line = foreign("", { class: "text" });
    this.speaker = h("span", { class: "speaker" });
    this.link = h("a", { href: address }, foreign(room));
    this.element = kind === "status" ? this.compact() : this.full();
    this.element.dataset.room = room;
    this.enter("loading", "Asking…");
  }

  full() {
    return h(
      "li",
      { class: "row" },
      h("div", { class: "c-time" }, unseen("Duration "), this.duration),
      h("div", { class: "c-who" }, this.who, h("span", { class: "room" }, this.link)),
      h("div", { class: "c-agent" }, unseen("Agent "), this.agent, unseen("Topic "), this.about),
      h("div", { class: "c-mood" }, unseen("Sentiment "), this.mood),
      h("div", { class: "c-people" }, this.people),
      h("div", { class: "c-line" }, unseen("Last line "), this.speaker, this.line),
    );
  }

  compact() {
    return h(
      "li",
      { class: "row" },
      h("b", {}, this.scenario.name),
      h("span", { class: "room" }, this.link),
      h("span", { class: "c-line" }, this.line),
    );
  }

  offerToRemove(remove) {
    this.element.append(
      h(
        "button",
        { type: "button", class: "quiet remove", "aria-label": `Stop watching ${this.room}`, onclick: remove },
        "×",
      ),
    );
  }

  enter(state, text) {
    this.state = state;
    this.element.dataset.state = state;
    if (state === "call" || state === "stale") return;
    say(this.line, text);
    say(this.speaker, "");
    if (this.kind === "status") return;
    say(this.who, state === "loading" ? "…" : state === "gone" ? "No call right now" : "No call to show");
    say(this.duration, "–:––");
    for (const cell of [this.agent, this.about, this.mood, this.people]) cell.replaceChildren();
    this.mood.className = "mood";
    this.who.classList.remove("unnamed");
    this.line.classList.remove("quiet-text");
    this.topic = null;
  }

  show(answer) {
    if (answer.kind === "unreachable" || (answer.kind === "limited" && !this.scenario)) {
      // What was seen last stays, but is marked as old.
      this.enter(this.body ? "stale" : "error", complaint(answer));
    } else if (answer.kind === "call") {
      this.showCall(answer.json, answer.at);
    } else {
      this.body = null;
      this.enter(answer.status === 404 ? "gone" : "error", complaint(answer));
    }
  }

  showCall(body, at) {
    const newer = this.body !== null && this.body.transcript?.length !== body.transcript?.length;
    if (this.body?.id !== body.id) this.topic = null;
    // A room may have been told to show one moment of a call; polls are seconds apart.
    this.still = this.body?.id === body.id && this.body.duration === body.duration;
    Object.assign(this, { body, at });
    this.enter("call");
    say(this.who, caller(body));
    this.who.classList.toggle("unnamed", caller(body) !== body.customerName);
    say(this.agent, String(body.aiAgentName ?? ""));
    paintSentiment(this.mood, String(body.sentiment));
    this.people.replaceChildren(...pips(body.participants ?? []));
    const last = body.transcript?.at(-1);
    say(this.speaker, last ? String(last.role) : "");
    say(this.line, last ? String(last.content) : "Nothing has been said yet");
    this.line.classList.toggle("quiet-text", !last);
    if (newer) this.flash();
  }

  flash() {
    this.element.classList.remove("fresh");
    void this.element.offsetWidth; // starts the animation anew
    this.element.classList.add("fresh");
  }

  /** Seconds into the call by now; `pace` is how many of them pass in one. */
  elapsed(pace) {
    const since = this.still || this.state === "stale" ? 0 : (performance.now() - this.at) / 1000;
    return this.body.duration + since * pace;
  }

  tick(pace) {
    if (this.state !== "call" || this.kind === "status") return;
    const elapsed = this.elapsed(pace);
    say(this.duration, clock(elapsed));
    if (this.topic) say(this.about, words(this.topic(elapsed) ?? ""));
  }
}
