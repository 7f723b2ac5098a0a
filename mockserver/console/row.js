// One call on the board.

import { complaint } from "./api.js";
import { foreign, h, say, unseen } from "./dom.js";
import { caller, clock, plural, tone } from "./format.js";
import { flash } from "./motion.js";

const SHAPES = { positive: "▲", neutral: "●", negative: "▼" };
const MOST_PIPS = 8;

/** What a row says in place of a call, by its state. */
const TITLES = { loading: "…", gone: "No call right now", error: "No call to show" };

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

/** What a list would show of a call that was asked for by itself; it does not tell all of it. */
export const listedFrom = (call) => ({ ...call, lastMessage: call.transcript?.at(-1)?.content ?? null });

/** Text to find a call by. */
export const wordsOf = (call) =>
  [
    call.roomName,
    caller(call),
    call.customerPhone,
    call.aiAgentName,
    call.sentiment,
    call.type,
    call.lastMessage,
    call.transferRequested === true ? "transfer requested" : "",
  ]
    .join("\n")
    .toLowerCase();

/**
 * The row of a room. `show` is given what a list has of its call, or `answer` what the room itself
 * has answered; `tick` lets its clock run on.
 */
export class Row {
  constructor(room, address) {
    Object.assign(this, { room, call: null, state: "", at: 0, still: false, mood: null, people: null });
    this.duration = h("span", { class: "duration" });
    this.type = foreign("", { class: "type" });
    this.who = foreign("", { class: "who" });
    this.phone = foreign("", { class: "phone" });
    this.agent = foreign("", { class: "agent-name" });
    this.feeling = h("span", { class: "mood" });
    this.crowd = h("span", { class: "people" });
    this.transfer = h("span", { class: "transfer", hidden: true }, "Transfer requested");
    this.line = foreign("", { class: "text" });
    this.link = h("a", { href: address }, foreign(room));
    this.element = h(
      "li",
      { class: "row" },
      h("div", { class: "c-time" }, unseen("Duration "), this.duration, unseen("Type "), this.type),
      h("div", { class: "c-who" }, this.who, this.phone),
      h("div", { class: "c-agent" }, unseen("Agent "), this.agent, h("span", { class: "room" }, this.link)),
      h("div", { class: "c-mood" }, unseen("Sentiment "), this.feeling),
      h("div", { class: "c-people" }, this.crowd),
      h("div", { class: "c-line" }, unseen("Newest line "), h("p", {}, this.transfer, " ", this.line)),
    );
    this.element.dataset.room = room;
    this.enter("loading", "Asking…");
  }

  offerToRemove(remove) {
    const label = `Stop watching ${this.room}`;
    this.element.append(
      h("button", { type: "button", class: "quiet remove", "aria-label": label, onclick: remove }, "×"),
    );
  }

  /** Be in a state; a text is said in place of a call. */
  enter(state, text) {
    this.state = state;
    this.element.dataset.state = state;
    if (text === undefined) return;
    this.call = this.mood = this.people = null;
    say(this.line, text);
    say(this.who, TITLES[state]);
    say(this.duration, "–:––");
    for (const cell of [this.type, this.phone, this.agent, this.feeling, this.crowd]) cell.replaceChildren();
    this.feeling.className = "mood";
    this.transfer.hidden = true;
    this.who.classList.remove("unnamed");
    this.line.classList.remove("quiet-text");
  }

  answer(answer) {
    if (answer.kind === "call") this.show(listedFrom(answer.json), answer.at);
    else if (answer.kind === "unreachable" && this.call) this.stale();
    else this.enter(answer.status === 404 ? "gone" : "error", complaint(answer));
  }

  /** What was seen last stays, but is marked as old. */
  stale() {
    if (this.call) this.enter("stale");
  }

  /** The call is over, and its row is about to go. */
  over() {
    this.enter("over");
    say(this.line, "The call has ended.");
    this.line.classList.add("quiet-text");
    this.transfer.hidden = true;
  }

  show(call, at) {
    const same = this.call?.id === call.id;
    const newer = same && this.call.lastMessage !== call.lastMessage;
    // A room may have been told to show one moment of a call; polls are seconds apart.
    this.still = same && this.call.duration === call.duration;
    Object.assign(this, { call, at });
    this.enter("call");
    say(this.who, caller(call));
    this.who.classList.toggle("unnamed", caller(call) !== call.customerName);
    say(this.phone, String(call.customerPhone ?? ""));
    say(this.type, String(call.type ?? ""));
    say(this.agent, String(call.aiAgentName ?? ""));
    this.showMood(String(call.sentiment));
    this.showPeople(Array.isArray(call.participants) ? call.participants : []);
    this.transfer.hidden = call.transferRequested !== true;
    const said = typeof call.lastMessage === "string";
    say(this.line, said ? call.lastMessage : "Nothing has been said yet");
    this.line.classList.toggle("quiet-text", !said);
    if (newer) flash(this.element);
  }

  showMood(sentiment) {
    if (sentiment === this.mood) return;
    this.mood = sentiment;
    paintSentiment(this.feeling, sentiment);
  }

  showPeople(participants) {
    const people = JSON.stringify(participants);
    if (people === this.people) return;
    this.people = people;
    this.crowd.replaceChildren(...pips(participants));
  }

  /** Let the clock run on; `pace` is how many seconds of the call pass in one. */
  tick(pace) {
    if (this.state !== "call") return;
    const since = this.still ? 0 : (performance.now() - this.at) / 1000;
    say(this.duration, clock(this.call.duration + since * pace));
  }
}
