// What stands beside a conversation: the call's facts, who takes part, what moved the sentiment.

import { createCall } from "../player/index.js";
import { changed, copyButton, foreign, h } from "./dom.js";
import { clock, timeOfDay, tone, words } from "./format.js";
import { asScenario } from "./scenario.js";

const nameOf = ({ customerName }) =>
  customerName === undefined ? "absent" : customerName === null ? "null" : String(customerName);

/** Whether a participant is an AI agent that was taken out: it stays in the room, but is not heard. */
export const isMuted = ({ isAgent, metadata }) => isAgent === true && metadata?.muted === true;

export class Aside {
  /**
   * `chosen(seconds)` is called when somebody goes to a moment, and `takeOut(identity)` when an AI
   * agent is to be taken out of the call.
   */
  constructor({ chosen, takeOut, announce }) {
    Object.assign(this, { chosen, takeOut, body: null, timeline: null, call: null, live: false });
    this.facts = h("dl", { class: "facts" });
    this.people = h("ul", { class: "people-list", tabindex: "0", "aria-label": "Participants" });
    this.moved = h("ol", { class: "moved" });
    this.copy = copyButton("Copy as scenario", () => asScenario(this.body, this.timeline), announce);
    this.copy.hidden = true;
    const panel = (title, content) => h("section", { class: "panel" }, h("h2", {}, title), content);
    this.element = h(
      "div",
      { class: "aside" },
      h("section", { class: "panel" }, h("div", { class: "panel-head" }, h("h2", {}, "Call"), this.copy), this.facts),
      panel("Participants", this.people),
      panel("What moved the sentiment", this.moved),
    );
  }

  /**
   * Show an answer, and the whole of its call, or null while that is not known. `live` says that
   * something can be done to the call.
   */
  show(body, timeline, live) {
    const other = this.timeline !== timeline;
    Object.assign(this, { body, timeline, live });
    if (other) this.call = timeline && createCall(timeline);
    this.copy.hidden = timeline === null;
    this.showFacts();
    this.showPeople();
    if (other) this.showMoved();
  }

  showFacts() {
    const { customerPhone, aiAgentName, id, duration } = this.body;
    const topic = this.call?.topicAt(duration);
    const facts = {
      Customer: nameOf(this.body),
      Phone: customerPhone,
      Agent: aiAgentName,
      Topic: topic && words(topic),
      Began: this.timeline && timeOfDay(this.timeline.started),
      Id: id,
    };
    const stated = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
    if (!changed(this.facts, stated)) return;
    this.facts.replaceChildren(
      ...stated.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, foreign(String(value)))]),
    );
  }

  showPeople() {
    const people = this.body.participants ?? [];
    if (!changed(this.people, [people, this.live])) return;
    this.people.replaceChildren(...people.map((person) => this.person(person)));
  }

  person({ identity, isAgent, joinedAt, metadata }) {
    const muted = isMuted({ isAgent, metadata });
    const takeOut = () => this.takeOut(String(identity));
    return h(
      "li",
      {},
      h("i", { class: isAgent ? "pip agent" : "pip", "aria-hidden": "true" }),
      foreign(identity, { class: "room" }),
      h(
        "span",
        { class: "hint" },
        `${isAgent ? "AI agent" : "person"}, since `,
        h("time", { datetime: joinedAt }, timeOfDay(joinedAt)),
        muted ? [" ", h("span", { class: "muted" }, "muted")] : null,
      ),
      isAgent && !muted && this.live
        ? h(
            "button",
            { type: "button", class: "take-out", onclick: takeOut, "aria-label": `Take out ${identity}` },
            "Take out",
          )
        : null,
      Object.keys(metadata ?? {}).length ? h("code", { class: "metadata" }, JSON.stringify(metadata)) : null,
    );
  }

  showMoved() {
    const { sentiment, lines } = this.timeline ?? { sentiment: [], lines: [] };
    this.moved.replaceChildren(
      ...sentiment.map(({ at, value, line }) => {
        const jump = h("button", { type: "button", class: "quiet", title: "Go to this moment" }, clock(at));
        jump.addEventListener("click", () => this.chosen(Math.ceil(at)));
        const said = at === 0 ? "from the start" : (lines[line]?.content ?? "");
        return h(
          "li",
          { "data-at": at },
          jump,
          h("span", { class: `mood ${tone(value)}` }, foreign(value)),
          foreign(said, { class: "text" }),
        );
      }),
    );
  }

  /** Tell what has been felt so many seconds in from what is to come. */
  moveTo(elapsed) {
    for (const item of this.moved.children) item.classList.toggle("to-come", Number(item.dataset.at) > elapsed);
  }
}
