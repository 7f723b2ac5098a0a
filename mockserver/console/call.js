// One call: what is being said, by whom, in what mood; now, or at any moment of it.

import { complaint, preferHeader, timelineOf, topicAt } from "./api.js";
import { SentimentChart } from "./chart.js";
import { Conversation } from "./conversation.js";
import { code, copyButton, foreign, h, say, settled } from "./dom.js";
import { caller, clock, pretty, timeOfDay, tone, words } from "./format.js";
import { Poller, SAVING } from "./poll.js";
import { fragment, momentIn, note } from "./route.js";
import { paintSentiment } from "./row.js";

const EVERY = 1000;
const AT_ONCE_AFTER = 120;

export class CallView {
  constructor(root, params, context) {
    this.context = context;
    this.workspace = context.workspace;
    this.room = params.room ?? "call-abc123";
    this.at = momentIn(params);
    this.body = this.timeline = this.chart = this.raw = null;
    this.title = `Call in ${this.room}`;
    this.conversation = new Conversation();
    this.poller = new Poller({
      workspace: this.workspace,
      allowance: context.allowance,
      answered: (_, answer) => this.answered(answer),
      changed: (state, seconds) => context.connection(state, seconds),
    });
    this.build(root);
    this.details.open = params.raw === "1";
    this.ask();
    this.ticker = setInterval(() => this.tick(), 250);
  }

  build(root) {
    this.who = foreign("Asking for the call…", { class: "who" });
    this.duration = h("span", { class: "duration" }, "–:––");
    this.mood = h("span", { class: "mood" });
    this.state = h("p", { class: "notice", hidden: true });
    this.facts = h("dl", { class: "facts" });
    this.people = h("ul", { class: "people-list", tabindex: "0", "aria-label": "Participants" });
    this.moved = h("ol", { class: "moved" });
    this.json = code("The response as JSON");
    const [live, strip] = [this.liveSwitch(), this.strip()];
    this.slow = h("p", { class: "hint", hidden: true }, SAVING);
    this.details = h(
      "details",
      { class: "panel raw" },
      h("summary", {}, "Raw JSON"),
      copyButton("Copy", () => this.json.textContent, this.context.announce),
      this.json,
    );
    this.details.addEventListener("toggle", () => (this.showRaw(), this.noted()));
    const panel = (title, content) => h("section", { class: "panel" }, h("h2", {}, title), content);
    root.append(
      h(
        "div",
        { class: "head call-head" },
        h("p", { class: "back" }, h("a", { href: fragment("calls", { workspace: this.workspace }) }, "All calls")),
        h("h1", { tabindex: "-1" }, this.who, " ", foreign(this.room, { class: "room" })),
        h("p", { class: "now" }, this.duration, this.mood, live),
      ),
      this.state,
      this.slow,
      (this.content = h(
        "div",
        { hidden: true },
        strip,
        h(
          "div",
          { class: "columns" },
          this.conversation.element,
          h(
            "div",
            { class: "aside" },
            panel("Call", this.facts),
            panel("Participants", this.people),
            panel("What moved the sentiment", this.moved),
          ),
        ),
        this.details,
      )),
    );
  }

  liveSwitch() {
    this.live = h(
      "button",
      { type: "button", role: "switch", class: "switch", "aria-checked": String(this.at === null) },
      "Live",
    );
    this.live.addEventListener("click", () => this.moveTo(this.at === null ? Math.round(this.elapsed()) : null));
    this.makeState = h("a", { class: "button", href: "#/state" }, "Make a state of it");
    return h("span", { class: "actions" }, this.live, this.makeState);
  }

  strip() {
    this.slider = h("input", { type: "range", id: "moment", min: 0, max: 1, step: 1, value: 0, disabled: true });
    this.slider.addEventListener("input", () => this.moveTo(Number(this.slider.value)));
    this.picture = h("div", { class: "picture" });
    this.moment = h("output", { for: "moment" }, "");
    this.laneNames = h("div", { class: "lanes", "aria-hidden": "true" });
    return h(
      "section",
      { class: "panel strip", "aria-label": "The whole call" },
      this.laneNames,
      this.picture,
      h("label", { for: "moment", class: "unseen" }, "Moment of the call, in seconds"),
      this.slider,
      h("p", { class: "scale" }, h("span", {}, "0:00"), this.moment, (this.end = h("span", {}, ""))),
    );
  }

  prefer = () => preferHeader({ at: this.at });

  /** Poll the call as it is now, or ask for a moment, which never changes, just until it is had. */
  ask = () => this.poller.add(this.room, { every: this.at === null ? EVERY : 3_600_000, prefer: this.prefer() });

  askSoon = settled(() => this.ask(), AT_ONCE_AFTER);

  /** Go to a moment, or with null back to what is going on. */
  moveTo(at) {
    this.at = at;
    this.live.setAttribute("aria-checked", String(this.at === null));
    this.poller.remove(this.room);
    this.askSoon();
    this.tick();
    this.noted();
  }

  noted() {
    if (this.closed) return;
    note("call", { workspace: this.workspace, room: this.room, at: this.at, raw: this.details.open ? 1 : "" });
  }

  answered(answer) {
    if (answer.kind === "call") {
      this.state.hidden = this.running = true;
      this.content.hidden = false;
      this.show(answer);
      return;
    }
    this.running = false;
    if (answer.status === 401) this.context.refused();
    if (answer.kind === "unreachable") return; // the line above the page says so
    const gone = answer.status === 404 && this.at === null ? " It is asked for again every second." : "";
    this.state.dataset.kind = answer.status === 404 ? "gone" : answer.kind;
    say(this.state, `${answer.status ? `${answer.status}: ` : ""}${complaint(answer)}${gone}`);
    this.state.hidden = false;
    if (this.body === null) say(this.who, "No call to show");
  }

  show({ json, text, at }) {
    if (this.body?.id !== json.id) this.begin(json);
    Object.assign(this, { body: json, raw: text, since: at });
    say(this.who, caller(json));
    paintSentiment(this.mood, String(json.sentiment));
    this.conversation.show(json.transcript ?? [], this.timeline);
    this.showFacts();
    this.showPeople();
    this.showRaw();
    this.tick();
  }

  /** A call that was not seen before: find out how long it is and what is in it. */
  async begin({ id }) {
    this.timeline = this.chart = null;
    const timeline = await timelineOf(this.workspace, this.room, id);
    if (!timeline || this.body?.id !== id) return;
    this.timeline = timeline;
    this.chart = new SentimentChart(timeline);
    this.picture.replaceChildren(this.chart.element);
    this.laneNames.replaceChildren(
      ...this.chart.lanes.map((lane) => {
        const name = h("span");
        paintSentiment(name, lane);
        return name;
      }),
      h("span", { class: "joins" }, "joins"),
    );
    this.slider.max = Math.ceil(timeline.length);
    this.slider.disabled = false;
    say(this.end, clock(timeline.length));
    this.showMoved();
    this.conversation.show(this.body.transcript ?? [], timeline);
    this.showFacts();
    this.tick();
  }

  showFacts() {
    const { customerPhone, customerName, aiAgentName, id, duration } = this.body;
    const topic = this.timeline ? topicAt(this.timeline, duration) : null;
    const name = customerName === undefined ? "absent" : customerName === null ? "null" : customerName;
    const facts = {
      Customer: name,
      Phone: customerPhone,
      Agent: aiAgentName,
      Topic: topic && words(topic),
      Began: this.timeline && timeOfDay(this.timeline.started),
      Id: id,
    };
    const stated = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined);
    const text = JSON.stringify(stated);
    if (this.facts.dataset.shown === text) return;
    this.facts.dataset.shown = text;
    this.facts.replaceChildren(
      ...stated.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, foreign(String(value)))]),
    );
  }

  showPeople() {
    const text = JSON.stringify(this.body.participants);
    if (this.people.dataset.shown === text) return;
    this.people.dataset.shown = text;
    this.people.replaceChildren(
      ...(this.body.participants ?? []).map(({ identity, isAgent, joinedAt, metadata }) =>
        h(
          "li",
          {},
          h("i", { class: isAgent ? "pip agent" : "pip", "aria-hidden": "true" }),
          foreign(identity, { class: "room" }),
          h(
            "span",
            { class: "hint" },
            `${isAgent ? "AI agent" : "person"}, since `,
            h("time", { datetime: joinedAt }, timeOfDay(joinedAt)),
          ),
          Object.keys(metadata ?? {}).length ? h("code", { class: "metadata" }, JSON.stringify(metadata)) : null,
        ),
      ),
    );
  }

  showMoved() {
    this.moved.replaceChildren(
      ...this.timeline.sentiment.map(({ at, value, line }) => {
        const jump = h("button", { type: "button", class: "quiet", title: "Go to this moment" }, clock(at));
        jump.addEventListener("click", () => this.moveTo(Math.ceil(at)));
        const said = at === 0 ? "from the start" : (this.timeline.lines[line]?.content ?? "");
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

  showRaw() {
    if (this.raw !== null && this.details.open) say(this.json, pretty(this.raw));
  }

  /** Seconds into the call at what is shown, which is never after its end. */
  elapsed() {
    if (this.body === null) return 0;
    const most = this.timeline?.length ?? Infinity;
    // Before it is known how long the call is, the answer alone tells how far a moment is in it.
    if (this.at !== null) return this.timeline ? Math.min(this.at, most) : this.body.duration;
    const time = this.context.about.clock;
    const since = this.running && !time.frozen ? (performance.now() - this.since) / 1000 : 0;
    return Math.min(this.body.duration + since * time.scale, most);
  }

  tick() {
    this.slow.hidden = !this.poller.saving;
    if (this.body === null) return;
    const elapsed = this.elapsed();
    const when = this.at !== null ? "at" : this.running ? "now," : "last seen at";
    say(this.duration, clock(elapsed));
    say(this.moment, `${when} ${clock(elapsed)}`);
    this.makeState.setAttribute(
      "href",
      fragment("state", { workspace: this.workspace, room: this.room, at: Math.floor(elapsed) }),
    );
    if (!this.chart) return;
    this.slider.value = Math.floor(elapsed);
    this.slider.setAttribute("aria-valuetext", clock(elapsed));
    this.chart.moveTo(elapsed);
    for (const item of this.moved.children) item.classList.toggle("to-come", Number(item.dataset.at) > elapsed);
  }

  update(params) {
    if (params.room !== this.room) return false;
    this.details.open = params.raw === "1";
    if (momentIn(params) !== this.at) this.moveTo(momentIn(params));
    return true;
  }

  close() {
    this.closed = true;
    clearInterval(this.ticker);
    this.askSoon.cancel();
    this.poller.close();
  }
}
