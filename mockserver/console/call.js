// One call: what is being said, by whom, in what mood; now, or at any moment of it; and directed.

import { askCall, askInsights, forgetTimelines, preferHeader, timelineOf } from "./api.js";
import { Aside } from "./aside.js";
import { CallHead } from "./call-head.js";
import { layOut } from "./call-layout.js";
import { Control } from "./control.js";
import { Conversation } from "./conversation.js";
import { DirectPanel } from "./direct.js";
import { settled } from "./dom.js";
import { Insights } from "./insights.js";
import { Notices } from "./notices.js";
import { Poller } from "./poll.js";
import { Raw } from "./raw.js";
import { momentIn, note, numberIn } from "./route.js";
import { Strip } from "./strip.js";
import { endingOf, isOver, justBeforeEnd, lastMoment, playable, position } from "./whole.js";
import { paceOf, WorkspaceWatch } from "./workspace.js";

const EVERY = 1000;
const AT_ONCE_AFTER = 120;

export class CallView {
  constructor(root, params, context) {
    this.context = context;
    this.workspace = context.workspace;
    this.room = params.room ?? "call-abc123";
    this.at = momentIn(params);
    this.number = this.at === null ? null : numberIn(params); // of the call that the moment is of
    this.body = this.timeline = this.played = null;
    this.over = null; // the timeline of the call, once it is known to have ended
    this.title = `Call in ${this.room}`;
    this.conversation = new Conversation();
    this.strip = new Strip((at) => this.moveTo(at));
    this.head = this.makeHead();
    this.control = new Control(this.here({ context, done: (text) => this.commanded(text) }));
    this.notices = new Notices();
    this.raw = new Raw(context.announce, () => this.noted());
    this.aside = new Aside({
      chosen: (at) => this.moveTo(at),
      takeOut: (identity) => this.control.ask("takeOut", identity),
      announce: context.announce,
    });
    this.poller = new Poller({
      allowance: context.allowance,
      changed: (state, seconds) => context.connection(state, seconds),
    });
    this.insights = new Insights({ poller: this.poller, ask: (question) => askInsights(this.here(question)) });
    this.direct = this.director();
    this.content = layOut(root, this);
    this.raw.open(params.raw === "1");
    this.openDirect(params.direct);
    const watched = () => (this.direct.show(this.watch.clock, this.watch.held), this.conclude());
    this.watch = new WorkspaceWatch(this.here({ changed: watched, directed: () => this.directed() }));
    this.ask();
    this.ticker = setInterval(() => this.tick(), 250);
  }

  /** What a part has to know of where the page is, and more. */
  here = (more) => ({ workspace: this.workspace, room: this.room, ...more });

  director() {
    return new DirectPanel(
      this.here({
        context: this.context,
        chosen: (name) => ((this.command = name), this.noted()),
        done: () => (this.watch.ask(), this.directed()),
      }),
    );
  }

  makeHead() {
    const head = new CallHead(
      this.here({
        toggled: () => this.moveTo(this.at === null ? Math.round(this.position().elapsed) : null),
        opened: () => (this.openDirect(this.command ? "" : this.direct.command), this.noted()),
        ended: () => this.control.ask("end"),
      }),
    );
    head.setLive(this.at === null);
    return head;
  }

  /** Open the panel with a command, or with none close it. */
  openDirect(command) {
    this.command = command || "";
    this.direct.element.hidden = this.command === "";
    this.head.setOpened(this.command !== "");
    if (this.command) this.direct.choose(this.command);
  }

  /** Something was done to the room: what was known of its call may be otherwise. */
  directed() {
    forgetTimelines(this.workspace, this.room);
    this.played = null;
    if (this.body !== null) this.inquire(this.body);
    if (this.at === null) this.ask();
    else this.askSoon();
  }

  /** The API has done something to the call, and says so; or with null has refused. */
  commanded(text) {
    if (text !== null) {
      this.notices.tellDone(text);
      this.context.announce(text);
    }
    this.watch.ask();
    this.directed();
  }

  /** Whether what is going on is shown, so that something can be done to it. */
  isLive = () => this.at === null && this.running === true;

  preference = () => preferHeader({ at: this.at, call: this.number });

  /** Poll the call as it is now, or ask for a moment, which never changes, just until it is had. */
  ask() {
    const prefer = this.preference();
    this.poller.add(this.room, {
      every: this.at === null ? EVERY : 3_600_000,
      ask: (signal) => askCall(this.here({ prefer, signal })),
      answered: (answer) => this.answered(answer),
    });
  }

  /** Show the moment that was chosen, if it is known what the mock would answer; return whether it is. */
  play() {
    const body = this.at === null ? null : this.played?.at(this.at);
    if (!body) return false;
    this.askSoon.cancel();
    this.answered({ kind: "call", json: body, text: JSON.stringify(body), at: performance.now() });
    return true;
  }

  askSoon = settled(() => this.ask(), AT_ONCE_AFTER);

  /** Go to a moment, or with null back to what is going on. */
  moveTo(at) {
    if (at !== null && this.isUncounted()) return;
    this.number = at === null ? null : (this.number ?? this.timeline?.call ?? null);
    // From its end on, there is no call to show.
    this.at = at === null || !this.timeline ? at : Math.min(at, lastMoment(this.timeline));
    this.head.setLive(this.at === null);
    this.head.offerToEnd(this.isLive());
    this.poller.remove(this.room);
    this.insights.feed.stop();
    if (!this.play()) this.askSoon();
    this.tick();
    this.noted();
  }

  isUncounted = () => this.timeline?.call === null;

  noted() {
    if (this.closed) return;
    const { at, number, command } = this;
    note("call", this.here({ call: number, at, direct: command, raw: this.raw.isOpen() ? 1 : "" }));
  }

  answered(answer) {
    this.running = answer.kind === "call";
    if (this.running) {
      this.over = null;
      this.content.hidden = false;
      this.show(answer);
    } else {
      this.missed(answer);
    }
    this.head.offerToEnd(this.isLive());
  }

  /** There is no call to show, for now. */
  missed(answer) {
    if (answer.status === 401) this.context.refused();
    this.miss = answer;
    this.insights.feed.stop();
    if (this.body !== null) this.aside.show(this.body, this.timeline, false);
    if (answer.kind === "unreachable") return; // the line above the page says so
    if (this.body === null) this.head.showNothing();
    else if (answer.status === 404 && this.at === null) this.inquire(this.body); // it may have been ended
    this.tellMissed();
    this.conclude();
  }

  tellMissed() {
    const ending = this.over ? endingOf(this.over) : "";
    this.notices.tellTrouble(this.miss, { live: this.at === null, ending });
  }

  /** Once it is known that the call is over, and when, show it as it was last. */
  conclude() {
    const { timeline, played } = this;
    if (this.at !== null || this.miss?.status !== 404 || this.over === timeline) return;
    if (this.running || !isOver(timeline, this.watch.clock)) return;
    this.over = timeline;
    const last = played?.at(justBeforeEnd(timeline));
    if (last) {
      this.body = last;
      this.head.show(last);
      this.showParts();
      this.insights.play(played.insightsAt(justBeforeEnd(timeline)));
    }
    this.tellMissed();
    this.tick();
  }

  show({ json, text, at }) {
    const other = this.body?.id !== json.id;
    if (other && this.body !== null) this.notices.tellDone(""); // it was done to the call before
    Object.assign(this, { body: json, since: at });
    if (other) this.showTimeline(null);
    if (this.timeline === null) this.inquire(json);
    this.head.show(json);
    this.showParts();
    this.notices.tellCall(json.participants ?? []);
    this.direct.showPeople(json.participants ?? []);
    this.raw.show(text);
    this.showInsights();
    this.tick();
  }

  /** Show what the call is about: played, as far as it is, or else as the API answers. */
  showInsights() {
    const known = this.at === null ? null : this.played?.insightsAt(this.at);
    if (known) this.insights.play(known);
    else this.insights.feed.follow(this.body, this.preference());
  }

  showParts() {
    this.conversation.show(this.body.transcript ?? [], this.timeline);
    this.aside.show(this.body, this.timeline, this.isLive());
  }

  /** Find out how long the call is and what is in it. */
  async inquire({ id }) {
    const live = this.at === null && this.running;
    const prefer = live ? "" : preferHeader({ at: 0, call: this.number ?? this.timeline?.call });
    const timeline = await timelineOf(this.workspace, this.room, id, prefer);
    if (this.closed || !timeline || this.body?.id !== id || timeline === this.timeline) return;
    this.showTimeline(timeline);
    this.showParts();
    if (this.at !== null && this.number === null) {
      this.number = timeline.call; // so that the address means this call for good
      this.noted();
    }
    if (this.at > lastMoment(timeline)) this.moveTo(this.at); // it was ended before
    this.conclude();
    this.tick();
  }

  showTimeline(timeline) {
    this.timeline = timeline;
    this.played = playable(timeline);
    this.strip.show(timeline, this.isUncounted());
    this.notices.tellUncounted(this.isUncounted());
    this.head.live.disabled = this.isUncounted();
  }

  /** Seconds of the call that pass in one: none while its room shows one moment of it. */
  pace() {
    const { clock: turned, held } = this.watch;
    return held?.steps[held.step]?.at === undefined ? paceOf(this.context.about.clock, turned) : 0;
  }

  position = () => position(this, this.pace(), performance.now());

  tick() {
    this.notices.tellPace(this.poller.saving);
    if (this.body === null) return;
    const { elapsed, moment, told } = this.position();
    this.head.moveTo(elapsed, this.here({ call: this.number ?? this.timeline?.call, at: moment }));
    this.strip.moveTo(elapsed, told);
    this.aside.moveTo(elapsed);
  }

  update(params) {
    if (params.room !== this.room) return false;
    this.raw.open(params.raw === "1");
    if ((params.direct ?? "") !== this.command) this.openDirect(params.direct);
    if (momentIn(params) === this.at && numberIn(params) === this.number) return true;
    this.number = numberIn(params);
    this.moveTo(momentIn(params));
    return true;
  }

  close() {
    this.closed = true;
    clearInterval(this.ticker);
    this.control.close();
    this.askSoon.cancel();
    this.watch.close();
    this.poller.close();
  }
}
