// The board: every call of a workspace at a glance.

import { timelineOf, topicAt } from "./api.js";
import { foreign, h, say, settled } from "./dom.js";
import { caller, plural } from "./format.js";
import { Poller, SAVING } from "./poll.js";
import { fragment, note } from "./route.js";
import { Row } from "./row.js";
import { paceOf, WorkspaceWatch } from "./workspace.js";

const ORDINARY = [
  "call-abc123",
  "call-abc124",
  "web-genericAgent-call1234",
  "call-lobby",
  "call-north-7",
  "call-night-shift",
];
const EVERY = { ordinary: 2000, scenario: 4000, status: 15000 };

function section(id, title, explanation, ...content) {
  return h(
    "section",
    { class: "group", "aria-labelledby": id },
    h("h2", { id }, title),
    h("p", { class: "hint" }, explanation),
    ...content,
  );
}

export class CallsView {
  constructor(root, params, context) {
    this.context = context;
    this.workspace = context.workspace;
    this.rows = new Map();
    this.own = (params.watch ?? "").split("\n").filter(Boolean);
    this.listed = this.rooms();
    this.poller = new Poller({
      workspace: this.workspace,
      allowance: context.allowance,
      answered: (room, answer) => this.answered(room, answer),
      changed: (state, seconds) => this.changed(state, seconds),
    });
    this.lists = {
      ordinary: h("ul", { class: "board" }),
      scenario: h("ul", { class: "board" }),
      status: h("ul", { class: "errors" }),
    };
    root.append(...this.parts(params));
    for (const room of this.own) this.follow(room, "ordinary");
    for (const { room, kind, scenario } of this.listed) this.follow(room, kind, scenario);
    this.filter();
    this.watch = new WorkspaceWatch({ workspace: this.workspace, changed: () => this.tick() });
    this.ticker = setInterval(() => this.tick(), 250);
  }

  title = "Calls";

  /** Every room that is on the board by itself: those that are live, and one for each scenario. */
  rooms() {
    const { about, scenarios } = this.context;
    const named = about.rooms.filter(({ workspace }) => workspace === null || workspace === this.workspace);
    const closed = about.rooms.length > 0;
    const ordinary = closed ? named.map(({ room }) => room) : ORDINARY;
    const kindOf = ({ status }) => (status === null ? "scenario" : "status");
    return [
      ...ordinary.map((room) => ({ room, kind: "ordinary" })),
      // Where the mock is told which rooms there are, the scenarios' are not among them.
      ...(closed ? [] : scenarios.map((scenario) => ({ room: scenario.room, kind: kindOf(scenario), scenario }))),
    ];
  }

  parts(params) {
    this.search = h("input", {
      id: "find",
      type: "search",
      value: params.find ?? "",
      autocomplete: "off",
      spellcheck: "false",
    });
    const found = settled(() => this.noted(), 300);
    this.search.addEventListener("input", () => (this.filter(), found()));
    this.room = h("input", {
      id: "watch",
      required: true,
      maxlength: 2000,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: "any room name",
    });
    const watching = h(
      "form",
      { class: "inline" },
      h("label", { for: "watch" }, "Watch a room"),
      this.room,
      h("button", {}, "Watch"),
    );
    watching.addEventListener("submit", (event) => (event.preventDefault(), this.watchAnother()));
    this.summary = h("p", { class: "summary" }, "Asking for the calls…");
    this.nothing = h("p", { class: "empty", hidden: true }, "No call on the board matches.");
    this.none = h(
      "p",
      { class: "empty", hidden: true },
      "The mock was given no room in this workspace. There are some in ",
      ...this.others(),
      ".",
    );
    const closed = this.context.about.rooms.length > 0;
    this.groups = [
      section(
        "ordinary",
        closed ? "The rooms that this mock was given" : "Rooms",
        closed
          ? "It was started with --room: every other room is not found."
          : "A room is live as soon as somebody asks for it, whatever its name.",
        this.lists.ordinary,
      ),
      ...(closed
        ? []
        : [
            section(
              "scenarios",
              "Scenario rooms",
              "Each shows one state of a call. Ask for its name from anywhere; no Prefer header is needed.",
              this.lists.scenario,
            ),
            section(
              "statuses",
              "Rooms that answer with an error",
              "For the screens that nobody wants to see.",
              this.lists.status,
            ),
          ]),
    ];
    return [
      h("div", { class: "head" }, h("h1", { tabindex: "-1" }, "Calls in ", foreign(this.workspace)), this.summary),
      h(
        "div",
        { class: "tools" },
        h("div", { class: "inline" }, h("label", { for: "find" }, "Find"), this.search),
        watching,
      ),
      this.nothing,
      this.none,
      ...this.groups,
    ];
  }

  /** Links to the workspaces that have rooms. */
  others() {
    const names = new Set(this.context.about.rooms.map(({ workspace }) => workspace));
    return [...names].flatMap((workspace, index) => [
      index ? ", " : "",
      h("a", { href: fragment("calls", { workspace }) }, foreign(workspace ?? "")),
    ]);
  }

  follow(room, kind, scenario) {
    if (this.rows.has(room)) return;
    const address = fragment("call", { workspace: this.workspace, room });
    const row = new Row(room, kind, scenario, address);
    if (this.own.includes(room) && !this.listed.some((other) => other.room === room))
      row.offerToRemove(() => this.unwatch(room));
    this.rows.set(room, row);
    this.lists[kind].append(row.element);
    this.poller.add(room, { every: EVERY[kind], alone: scenario?.status === 429 });
  }

  watchAnother() {
    const room = this.room.value;
    if (!this.rows.has(room)) {
      this.own.unshift(room);
      this.follow(room, "ordinary");
      this.lists.ordinary.prepend(this.rows.get(room).element);
    }
    this.room.value = "";
    this.search.value = "";
    this.filter();
    this.noted();
    this.rows.get(room).element.querySelector("a").focus();
  }

  unwatch(room) {
    this.own = this.own.filter((other) => other !== room);
    this.poller.remove(room);
    this.rows.get(room).element.remove();
    this.rows.delete(room);
    this.filter();
    this.sum();
    this.noted();
    this.room.focus();
  }

  answered(room, answer) {
    const row = this.rows.get(room);
    row.show(answer);
    if (answer.kind === "call") this.addTopic(row, answer.json.id);
    if (answer.status === 401) this.context.refused();
    this.filter();
    this.sum();
  }

  /** While nobody answers, only one room is asked; none of the others is as it was shown. */
  changed(state, seconds) {
    this.context.connection(state, seconds);
    if (state === "unreachable") for (const row of this.rows.values()) row.show({ kind: "unreachable" });
  }

  async addTopic(row, id) {
    const timeline = await timelineOf(this.workspace, row.room, id);
    if (!timeline || row.body?.id !== id) return;
    row.topic = (elapsed) => topicAt(timeline, elapsed);
    row.tick(this.pace());
    this.filter();
  }

  sum() {
    const rows = [...this.rows.values()].filter((row) => row.kind !== "status");
    const live = rows.filter((row) => row.body !== null);
    const negative = live.filter((row) => row.body.sentiment === "negative").length;
    const { saving } = this.poller;
    const loading = !saving && rows.some((row) => row.state === "loading");
    const counted = `${plural(live.length, "live call")}, ${negative} negative`;
    say(this.summary, loading ? "Asking for the calls…" : saving ? `${counted}. ${SAVING}` : counted);
  }

  pace = () => paceOf(this.context.about.clock, this.watch.clock);

  tick() {
    const pace = this.pace();
    for (const row of this.rows.values()) row.tick(pace);
    this.sum();
  }

  filter() {
    const wanted = this.search.value.trim().toLowerCase();
    let shown = 0;
    for (const row of this.rows.values()) {
      const text = `${row.room} ${row.body ? `${caller(row.body)} ${row.body.aiAgentName} ${row.body.sentiment} ${row.about.textContent}` : ""}`;
      row.element.hidden = wanted !== "" && !text.toLowerCase().includes(wanted);
      if (!row.element.hidden) shown += 1;
    }
    for (const group of this.groups) {
      const rows = [...group.querySelectorAll("li")];
      group.hidden = rows.every((row) => row.hidden);
    }
    this.nothing.hidden = shown > 0 || this.rows.size === 0;
    this.none.hidden = this.rows.size > 0;
  }

  noted() {
    if (this.closed) return;
    note("calls", { workspace: this.workspace, find: this.search.value.trim(), watch: this.own.join("\n") });
  }

  update(params) {
    if ((params.watch ?? "") !== this.own.join("\n")) return false;
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
