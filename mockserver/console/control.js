// Ends a call, or takes its AI agent out, by the API; once somebody has said that it is meant.

import { BASE, commandCall, commandPath, complaint } from "./api.js";
import { code, copyButton, foreign, h, say } from "./dom.js";
import { timeOfDay } from "./format.js";
import { SNIPPETS } from "./snippets.js";

const COMMANDS = {
  end: {
    path: "end-call",
    title: "End this call?",
    does: "End the call",
    follows: "It ends for everybody in the room, and cannot be taken back.",
  },
  takeOut: {
    path: "remove-agent",
    title: "Take the agent out?",
    does: "Take it out",
    follows: "The agent is muted for good, and stays in the room. A person takes over.",
    body: (participantIdentity) => ({ participantIdentity }),
  },
};

/** What an answer to a command says, in one line. */
export function outcome({ json }) {
  const { message, endTime, mutedTracks } = json;
  const said = typeof message === "string" && message ? message : "Done";
  if (typeof endTime === "string") return `${said}, at ${timeOfDay(endTime)}.`;
  return Array.isArray(mutedTracks) && mutedTracks.length ? `${said}: ${mutedTracks.join(", ")}.` : `${said}.`;
}

/** Why a command was not obeyed, in one line, or null where it was. */
export function refusal(answer) {
  if (answer.kind === "call" && answer.json.success !== false) return null;
  if (answer.kind === "call") return String(answer.json.message ?? "It was not done.");
  const when = answer.kind === "limited" ? ` Ask again in ${answer.wait} s.` : "";
  return `${answer.status ? `${answer.status}: ` : ""}${complaint(answer)}${when}`;
}

/** A dialogue that asks whether a command is meant, shows it as code, and says what came of it. */
export class Control {
  /** `done(text)` is called when a command was obeyed; `text` is what the mock says. */
  constructor({ workspace, room, context, done }) {
    Object.assign(this, { workspace, room, context, done, command: null, asking: false });
    this.title = h("h2", { id: "control-title" });
    this.follows = h("p", { id: "control-follows" });
    this.whom = foreign("", { class: "room" });
    this.code = code("The command for curl");
    this.result = h("p", { class: "refusal", role: "alert" });
    this.does = h("button", { class: "danger" });
    const cancel = h("button", { type: "button", autofocus: true, onclick: () => this.element.close() }, "Cancel");
    const form = h("form", { class: "actions" }, cancel, this.does);
    form.addEventListener("submit", (event) => (event.preventDefault(), this.send()));
    this.element = h(
      "dialog",
      { class: "panel control", "aria-labelledby": "control-title", "aria-describedby": "control-follows" },
      this.title,
      h("p", {}, this.whom),
      this.follows,
      h(
        "div",
        { class: "snippet" },
        h("h3", {}, "curl"),
        copyButton("Copy curl", () => this.code.textContent, context.announce),
        this.code,
      ),
      this.result,
      form,
    );
  }

  /** Ask whether it is meant; `identity` is that of the agent to be taken out. */
  ask(name, identity) {
    const { path, title, does, follows, body } = COMMANDS[name];
    this.command = { path, body: body?.(identity) };
    say(this.title, title);
    say(this.whom, identity ?? this.room);
    say(this.follows, follows);
    say(this.does, does);
    say(this.result, "");
    say(this.code, this.snippet());
    this.element.showModal();
  }

  snippet() {
    return SNIPPETS.curl({
      method: "POST",
      url: new URL(commandPath(this.room, this.command.path), BASE).href,
      headers: { "x-workspace-id": this.workspace },
      keyed: this.context.about.apiKeyRequired,
      body: this.command.body,
    });
  }

  async send() {
    if (this.asking) return; // a second click is not a second command
    this.asking = true;
    const { path, body } = this.command;
    say(this.result, "");
    const answer = await commandCall({ workspace: this.workspace, room: this.room, command: path, body });
    this.asking = false;
    if (this.closed) return;
    const refused = refusal(answer);
    if (answer.status === 401) this.context.refused();
    if (refused === null) this.element.close();
    else say(this.result, refused);
    this.done(refused === null ? outcome(answer) : null);
  }

  close() {
    this.closed = true;
  }
}
