// One call: what is being said, by whom, in what mood; now, or at any moment of it; and directed.

import { complaint, forgetTimelines, preferHeader, timelineOf } from "./api.js";
import { Aside } from "./aside.js";
import { Conversation } from "./conversation.js";
import { DirectPanel } from "./direct.js";
import { code, copyButton, foreign, h, say, settled } from "./dom.js";
import { caller, clock, pretty } from "./format.js";
import { Poller, SAVING } from "./poll.js";
import { fragment, momentIn, note, numberIn } from "./route.js";
import { paintSentiment } from "./row.js";
import { lastMoment, Strip } from "./strip.js";
import { paceOf, WorkspaceWatch } from "./workspace.js";

const EVERY = 1000;
const AT_ONCE_AFTER = 120;
const UNCOUNTED = "The workspace's clock shows a time before the mock's start: only what is going on can be seen.";

const button = (attributes, text, clicked) => h("button", { type: "button", ...attributes, onclick: clicked }, text);

export class CallView {
  constructor(root, params, context) {
    this.context = context;
    this.workspace = context.workspace;
    this.room = params.room ?? "call-abc123";
    this.at = momentIn(params);
    this.number = this.at === null ? null : numberIn(params); // of the call that the moment is of
    this.body = this.timeline = this.raw = null;
    this.title = `Call in ${this.room}`;
    this.conversation = new Conversation();
    this.strip = new Strip((at) => this.moveTo(at));
    this.aside = new Aside((at) => this.moveTo(at), context.announce);
    this.poller = new Poller({
      workspace: this.workspace,
      allowance: context.allowance,
      answered: (_, answer) => this.answered(answer),
      changed: (state, seconds) => context.connection(state, seconds),
    });
    this.direct = this.director();
    this.build(root);
    this.details.open = params.raw === "1";
    this.openDirect(params.direct);
    this.watch = new WorkspaceWatch({
      workspace: this.workspace,
      room: this.room,
      changed: () => this.direct.show(this.watch.clock, this.watch.held),
      directed: () => this.directed(),
    });
    this.ask();
    this.ticker = setInterval(() => this.tick(), 250);
  }

  director() {
    return new DirectPanel({
      workspace: this.workspace,
      room: this.room,
      context: this.context,
      chosen: (name) => ((this.command = name), this.noted()),
      done: () => (this.watch.ask(), this.directed()),
    });
  }

  build(root) {
    this.who = foreign("Asking for the call…", { class: "who" });
    this.duration = h("span", { class: "duration" }, "–:––");
    this.mood = h("span", { class: "mood" });
    this.state = h("p", { class: "notice", hidden: true });
    this.json = code("The response as JSON");
    this.slow = h("p", { class: "hint", hidden: true }, SAVING);
    this.uncounted = h("p", { class: "hint", hidden: true }, UNCOUNTED);
    this.details = h(
      "details",
      { class: "panel raw" },
      h("summary", {}, "Raw JSON"),
      copyButton("Copy", () => this.json.textContent, this.context.announce),
      this.json,
    );
    this.details.addEventListener("toggle", () => (this.showRaw(), this.noted()));
    this.content = h(
      "div",
      { hidden: true },
      this.strip.element,
      h("div", { class: "columns" }, this.conversation.element, this.aside.element),
      this.details,
    );
    const back = h("a", { href: fragment("calls", { workspace: this.workspace }) }, "All calls");
    root.append(
      h(
        "div",
        { class: "head call-head" },
        h("p", { class: "back" }, back),
        h("h1", { tabindex: "-1" }, this.who, " ", foreign(this.room, { class: "room" })),
        h("p", { class: "now" }, this.duration, this.mood, this.actions()),
      ),
      this.state,
      this.slow,
      this.uncounted,
      h("div", { class: "directed" }, this.direct.element, this.content),
    );
  }

  actions() {
    const live = { role: "switch", class: "switch", "aria-checked": String(this.at === null) };
    this.live = button(live, "Live", () => this.moveTo(this.at === null ? Math.round(this.elapsed()) : null));
    this.makeState = h("a", { class: "button", href: "#/state" }, "Make a state of it");
    this.opener = button({ "aria-expanded": "false", "aria-controls": "direct" }, "Direct", () => {
      this.openDirect(this.command ? "" : this.direct.command);
      this.noted();
    });
    return h("span", { class: "actions" }, this.live, this.makeState, this.opener);
  }

  /** Open the panel with a command, or with none close it. */
  openDirect(command) {
    this.command = command || "";
    this.direct.element.hidden = this.command === "";
    this.opener.setAttribute("aria-expanded", String(this.command !== ""));
    if (this.command) this.direct.choose(this.command);
  }

  /** Something was done to the room: what was known of its call may be otherwise. */
  directed() {
    forgetTimelines(this.workspace, this.room);
    if (this.body !== null) this.inquire(this.body);
    if (this.at === null) this.ask();
    else this.askSoon();
  }

  prefer = () => preferHeader({ at: this.at, call: this.number });

  /** Poll the call as it is now, or ask for a moment, which never changes, just until it is had. */
  ask = () => this.poller.add(this.room, { every: this.at === null ? EVERY : 3_600_000, prefer: this.prefer() });

  askSoon = settled(() => this.ask(), AT_ONCE_AFTER);

  /** Go to a moment, or with null back to what is going on. */
  moveTo(at) {
    if (at !== null && this.isUncounted()) return;
    this.number = at === null ? null : (this.number ?? this.timeline?.call ?? null);
    // From its end on, there is no call to show.
    this.at = at === null || !this.timeline ? at : Math.min(at, lastMoment(this.timeline));
    this.live.setAttribute("aria-checked", String(this.at === null));
    this.poller.remove(this.room);
    this.askSoon();
    this.tick();
    this.noted();
  }

  isUncounted = () => this.timeline?.call === null;

  noted() {
    if (this.closed) return;
    const { workspace, room, at, number, command } = this;
    note("call", { workspace, room, call: number, at, direct: command, raw: this.details.open ? 1 : "" });
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
    const other = this.body?.id !== json.id;
    Object.assign(this, { body: json, raw: text, since: at });
    if (other) this.showTimeline(null);
    if (this.timeline === null) this.inquire(json);
    say(this.who, caller(json));
    paintSentiment(this.mood, String(json.sentiment));
    this.conversation.show(json.transcript ?? [], this.timeline);
    this.aside.show(json, this.timeline);
    this.direct.showPeople(json.participants ?? []);
    this.showRaw();
    this.tick();
  }

  /** Find out how long the call is and what is in it. */
  async inquire({ id }) {
    const prefer = this.at === null ? "" : preferHeader({ at: 0, call: this.number });
    const timeline = await timelineOf(this.workspace, this.room, id, prefer);
    if (this.closed || !timeline || this.body?.id !== id || timeline === this.timeline) return;
    this.showTimeline(timeline);
    this.conversation.show(this.body.transcript ?? [], timeline);
    this.aside.show(this.body, timeline);
    if (this.at !== null && this.number === null) {
      this.number = timeline.call; // so that the address means this call for good
      this.noted();
    }
    this.tick();
  }

  showTimeline(timeline) {
    this.timeline = timeline;
    this.strip.show(timeline, this.isUncounted());
    this.uncounted.hidden = !this.isUncounted();
    this.live.disabled = this.isUncounted();
  }

  showRaw() {
    if (this.raw !== null && this.details.open) say(this.json, pretty(this.raw));
  }

  /** Seconds of the call that pass in one: none while its room shows one moment of it. */
  pace() {
    const { clock: turned, held } = this.watch;
    return held?.steps[held.step]?.at === undefined ? paceOf(this.context.about.clock, turned) : 0;
  }

  /** Seconds into the call at what is shown, which is never after its end. */
  elapsed() {
    if (this.body === null) return 0;
    const most = this.timeline?.length ?? Infinity;
    // Before it is known how long the call is, the answer alone tells how far a moment is in it.
    if (this.at !== null) return this.timeline ? Math.min(this.at, most) : this.body.duration;
    const since = this.running ? (performance.now() - this.since) / 1000 : 0;
    return Math.min(this.body.duration + since * this.pace(), most);
  }

  tick() {
    this.slow.hidden = !this.poller.saving;
    if (this.body === null) return;
    const elapsed = this.elapsed();
    const when = this.at !== null ? "at" : this.running ? "now," : "last seen at";
    say(this.duration, clock(elapsed));
    const { workspace, room } = this;
    const call = this.number ?? this.timeline?.call;
    this.makeState.setAttribute("href", fragment("state", { workspace, room, at: Math.floor(elapsed), call }));
    this.strip.moveTo(elapsed, `${when} ${clock(elapsed)}`);
    this.aside.moveTo(elapsed);
  }

  update(params) {
    if (params.room !== this.room) return false;
    this.details.open = params.raw === "1";
    if ((params.direct ?? "") !== this.command) this.openDirect(params.direct);
    if (momentIn(params) === this.at && numberIn(params) === this.number) return true;
    this.number = numberIn(params);
    this.moveTo(momentIn(params));
    return true;
  }

  close() {
    this.closed = true;
    clearInterval(this.ticker);
    this.askSoon.cancel();
    this.watch.close();
    this.poller.close();
  }
}
