// What stands above a call: what was done to it, who has taken over, and why it is not shown.

import { complaint } from "./api.js";
import { isMuted } from "./aside.js";
import { h, say } from "./dom.js";
import { SAVING } from "./poll.js";

const UNCOUNTED = "The workspace's clock shows a time before the mock's start: only what is going on can be seen.";

const NEW_FOR = 8000;

/** Who speaks for the AI agent, in words; empty while it is heard. */
export function takeover(participants) {
  const agents = participants.filter(({ isAgent }) => isAgent === true);
  if (agents.length === 0 || !agents.every(isMuted)) return "";
  // The customer comes first; who takes over is the last to come.
  const person = participants.filter(({ isAgent }) => isAgent !== true).slice(1);
  const told = person.length ? `${person.at(-1).identity} has taken over.` : "Nobody has taken over yet.";
  return `The AI agent is muted. ${told}`;
}

const line = (attributes) => h("p", { hidden: true, ...attributes });

const show = (element, text) => (say(element, text), (element.hidden = text === ""));

export class Notices {
  constructor() {
    this.done = line({ class: "remark", "data-kind": "done" });
    this.muted = line({ class: "remark" });
    this.state = line({ class: "notice" });
    this.slow = line({ class: "hint" });
    this.uncounted = line({ class: "hint" });
    this.elements = [this.done, this.state, this.muted, this.slow, this.uncounted];
  }

  /** Say what came of a command, wherever on the page one is; or with an empty text nothing. */
  tellDone(text) {
    show(this.done, text);
    clearTimeout(this.aging);
    this.done.classList.add("new");
    this.aging = setTimeout(() => this.done.classList.remove("new"), NEW_FOR);
  }

  /** Say why there is no call to show; `live` that what is going on was asked for, `ending` when the call ended. */
  tellTrouble(answer, { live, ending }) {
    const over = ending && ` The call has ended, ${ending}; its room is asked every second for the next.`;
    const again = over || " It is asked for again every second.";
    this.state.dataset.kind = answer.status === 404 ? "gone" : answer.kind;
    const status = answer.status ? `${answer.status}: ` : "";
    show(this.state, `${status}${complaint(answer)}${answer.status === 404 && live ? again : ""}`);
    this.muted.hidden = true;
  }

  /** A call is shown, with these people in it. */
  tellCall(participants) {
    this.state.hidden = true;
    show(this.muted, takeover(participants));
  }

  tellPace = (saving) => show(this.slow, saving ? SAVING : "");

  tellUncounted = (uncounted) => show(this.uncounted, uncounted ? UNCOUNTED : "");
}
