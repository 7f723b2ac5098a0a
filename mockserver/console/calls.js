// The board: every call of a workspace at a glance, as the API lists them.

import { askCalls, complaint, preferHeader } from "./api.js";
import { Board } from "./board.js";
import { foreign, h, say, settled } from "./dom.js";
import { givenRooms, linkList, whyEmpty } from "./emptiness.js";
import { amount, plural } from "./format.js";
import { Poller, SAVING } from "./poll.js";
import { Rooms } from "./rooms.js";
import { fragment, note } from "./route.js";
import { group, ScenarioCards } from "./scenario-cards.js";
import { paceOf, WorkspaceWatch } from "./workspace.js";

const EVERY = 2000;
const EACH = 1; // a long list is asked for less often: so many milliseconds for each call on it
const LIST = Symbol("the list");

export class CallsView {
  constructor(root, params, context) {
    this.context = context;
    this.workspace = context.workspace;
    this.scenario = params.scenario ?? ""; // that the board is asked for in
    this.counted = null; // of what was listed last
    this.poller = new Poller({
      allowance: context.allowance,
      changed: (state, seconds) => this.changed(state, seconds),
    });
    const address = this.address;
    this.board = new Board(address);
    this.watched = new Rooms({ poller: this.poller, context, address, every: EVERY, label: "Watched rooms" });
    // Where the mock is told which rooms there are, the scenarios' are not among them.
    const board = (scenario) => fragment("calls", { workspace: this.workspace, scenario });
    this.scenarios = new ScenarioCards(this.isClosed() ? [] : context.scenarios, address, board);
    this.watches = []; // names of rooms, the latest first
    root.append(...this.parts(params));
    for (const room of (params.watch ?? "").split("\n").filter(Boolean)) this.follow(room);
    this.filter();
    this.poller.add(LIST, {
      every: EVERY,
      ask: (signal) =>
        askCalls({ workspace: this.workspace, prefer: preferHeader({ scenario: this.scenario }), signal }),
      answered: (answer) => this.answered(answer),
    });
    this.watch = new WorkspaceWatch({ workspace: this.workspace, changed: () => this.tick() });
    this.ticker = setInterval(() => this.tick(), 250);
  }

  title = "Calls";

  address = (room) => fragment("call", { workspace: this.workspace, room });

  parts(params) {
    this.summary = h("p", { class: "summary" }, "Asking for the calls…");
    this.trouble = h("p", { class: "notice", "data-kind": "error", hidden: true });
    this.nothing = h("p", { class: "empty", hidden: true }, "Nothing on the board matches.");
    this.empty = h("p", { class: "empty", hidden: true }, ...whyEmpty(this.context.about, this.workspace));
    this.idle = h("p", { class: "hint", hidden: true });
    this.capped = h("span", {});
    const more = h("button", { type: "button", onclick: () => this.showMore() }, "Show more");
    this.cap = h("p", { class: "cap", hidden: true }, this.capped, more);
    this.calls = group("calls", "Calls", this.empty, this.board.element, this.cap, this.idle);
    this.pinned = group("watched", "Rooms that you watch", this.watched.element);
    return [
      h("div", { class: "head" }, h("h1", { tabindex: "-1" }, "Calls in ", foreign(this.workspace)), this.summary),
      this.tools(params),
      this.trouble,
      this.scenario ? this.remark() : "",
      this.nothing,
      this.pinned,
      this.calls,
      ...this.scenarios.elements,
    ];
  }

  tools(params) {
    const text = { autocomplete: "off", spellcheck: "false" };
    this.search = h("input", { id: "find", type: "search", value: params.find ?? "", ...text });
    const found = settled(() => this.noted(), 300);
    this.search.addEventListener("input", () => (this.filter(), found()));
    this.room = h("input", { id: "watch", required: true, maxlength: 2000, placeholder: "any room name", ...text });
    const watching = h(
      "form",
      { class: "inline" },
      h("label", { for: "watch" }, "Watch a room"),
      this.room,
      h("button", {}, "Watch"),
    );
    watching.addEventListener("submit", (event) => (event.preventDefault(), this.watchAnother()));
    return h(
      "div",
      { class: "tools" },
      h("div", { class: "inline" }, h("label", { for: "find" }, "Find"), this.search),
      watching,
    );
  }

  remark() {
    const back = h("a", { href: fragment("calls", { workspace: this.workspace }) }, "Show what is going on");
    const asked = h("code", {}, "Prefer: scenario=", foreign(this.scenario));
    return h("p", { class: "remark" }, "This is the answer to ", asked, " instead of what is going on. ", back);
  }

  isClosed = () => this.context.about.rooms.length > 0;

  follow(room, first = false) {
    if (this.watches.includes(room)) return;
    if (first) this.watches.unshift(room);
    else this.watches.push(room);
    this.watched.add(room, { first, removed: () => this.unwatch(room) });
    this.showList();
  }

  watchAnother() {
    const room = this.room.value;
    this.follow(room, true);
    this.room.value = this.search.value = "";
    this.filter();
    this.noted();
    this.watched.rows.get(room).element.querySelector("a").focus();
  }

  unwatch(room) {
    this.watches = this.watches.filter((other) => other !== room);
    this.watched.remove(room);
    this.showList();
    this.noted();
    this.room.focus();
  }

  answered(answer) {
    if (answer.status === 401) this.context.refused();
    if (answer.kind === "call") {
      this.trouble.hidden = true;
      return this.take(answer);
    }
    this.board.stale();
    if (answer.kind !== "unreachable" && answer.kind !== "limited") this.tellTrouble(answer);
    // The rooms may answer all the same.
    return this.watched.take(new Map(), answer.at);
  }

  tellTrouble(answer) {
    const status = answer.status ? `${answer.status}: ` : "";
    const told = `${status}${complaint(answer).replace(/\.$/, "")}.`;
    say(this.trouble, this.counted ? `${told} The calls below are as they were.` : told);
    this.trouble.hidden = false;
    this.calls.hidden ||= this.counted === null;
  }

  take({ json, at }) {
    const calls = json.data.filter((call) => call !== null && typeof call === "object");
    this.at = at;
    this.listed = new Map(calls.map((call) => [call.roomName, call]));
    this.counted = {
      all: calls.length,
      negative: calls.filter(({ sentiment }) => sentiment === "negative").length,
      transfers: calls.filter(({ transferRequested }) => transferRequested === true).length,
    };
    this.poller.pace(LIST, EVERY + EACH * calls.length);
    this.showList();
    this.tick();
  }

  /** Show what was listed last: the rooms that are watched stand by themselves. */
  showList() {
    if (this.counted === null) return;
    this.watched.take(this.listed, this.at);
    this.board.show([...this.listed.values()], this.at, new Set(this.watches));
    this.filter();
  }

  /** While nobody answers, nothing is as it was shown. */
  changed(state, seconds) {
    this.context.connection(state, seconds);
    if (state === "live") return;
    this.board.stale();
    this.watched.stale();
  }

  sum() {
    const asking = this.trouble.hidden ? "Asking for the calls…" : "The calls cannot be had";
    if (this.counted === null) return say(this.summary, this.poller.saving ? SAVING : asking);
    const { all, negative, transfers } = this.counted;
    const asked = transfers ? `, ${plural(transfers, "transfer")} requested` : "";
    const counted = `${plural(all, "live call")}, ${negative} negative${asked}`;
    return say(this.summary, this.poller.saving ? `${counted}. ${SAVING}` : counted);
  }

  pace = () => paceOf(this.context.about.clock, this.watch.clock);

  tick() {
    const pace = this.pace();
    this.board.tick(pace);
    this.watched.tick(pace);
    this.sum();
  }

  showMore() {
    this.board.more();
    this.showCounts();
  }

  /** Show what has the text that is looked for, of the calls and of everything else. */
  filter() {
    const wanted = this.search.value.trim().toLowerCase();
    if (wanted !== this.board.wanted) this.board.find(wanted);
    const watched = this.watched.find(wanted);
    this.pinned.hidden = !watched;
    const scenarios = this.scenarios.find(wanted);
    const found = watched || scenarios || this.board.matching > 0;
    const elsewhere = this.counted?.all > 0; // among the rooms that are watched
    this.calls.hidden = this.board.matching === 0 && (wanted !== "" || elsewhere);
    this.nothing.hidden = found || wanted === "";
    this.showCounts();
  }

  showCounts() {
    const { matching, most, element } = this.board;
    element.hidden = element.childElementCount === 0;
    this.cap.hidden = matching <= most;
    say(this.capped, `Showing ${amount(most)} of ${amount(matching)} calls. Find looks through all of them.`);
    this.empty.hidden = this.counted === null || this.counted.all > 0;
    if (this.counted === null) return;
    const idle = givenRooms(this.context.about, this.workspace).filter((room) => !this.listed.has(room));
    this.idle.hidden = idle.length === 0 || this.board.wanted !== "";
    this.idle.replaceChildren(
      "Without a call right now: ",
      ...linkList(idle.map((room) => [this.address(room), room])),
      ".",
    );
  }

  noted() {
    if (this.closed) return;
    const { workspace, scenario, watches } = this;
    note("calls", { workspace, scenario, find: this.search.value.trim(), watch: watches.join("\n") });
  }

  update(params) {
    if ((params.watch ?? "") !== this.watches.join("\n") || (params.scenario ?? "") !== this.scenario) return false;
    this.search.value = params.find ?? "";
    this.filter();
    return true;
  }

  close() {
    this.closed = true;
    clearInterval(this.ticker);
    this.watch.close();
    this.poller.close();
  }
}
