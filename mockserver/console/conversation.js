// The transcript as a conversation that is appended to and followed.

import { foreign, h, say } from "./dom.js";
import { clock, plural } from "./format.js";

const NEAR_THE_END = 48;

export class Conversation {
  constructor() {
    this.lines = [];
    this.missed = 0;
    this.list = h("ol", { class: "lines" });
    this.empty = h("p", { class: "empty" }, "Nothing has been said yet.");
    this.scroller = h(
      "div",
      { class: "scroller", tabindex: "0", role: "region", "aria-label": "Transcript" },
      this.empty,
      this.list,
    );
    this.newer = h("button", { type: "button", class: "newer", hidden: true });
    this.newer.addEventListener("click", () => this.follow());
    this.scroller.addEventListener("scroll", () => this.atEnd() && this.caughtUp());
    this.element = h("section", { class: "panel conversation" }, h("h2", {}, "Transcript"), this.scroller, this.newer);
  }

  atEnd() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_THE_END;
  }

  follow() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.caughtUp();
  }

  caughtUp() {
    this.missed = 0;
    this.newer.hidden = true;
  }

  /** Show these lines; only what differs from those shown before is touched. */
  show(lines, timeline) {
    const following = this.atEnd();
    let same = 0;
    while (same < lines.length && same < this.lines.length && this.isSame(lines[same], this.lines[same])) same += 1;
    while (this.list.childElementCount > same) this.list.lastElementChild.remove();
    const added = lines.length - same;
    for (const line of lines.slice(same)) this.list.append(this.item(line));
    this.lines = lines;
    this.date(timeline);
    this.empty.hidden = lines.length > 0;
    if (following) this.follow();
    else if (added > 0) this.announceMissed(added);
  }

  isSame = (one, other) => one.content === other.content && one.role === other.role;

  item({ role, content }) {
    return h(
      "li",
      { class: `line ${role === "agent" ? "from-agent" : "from-customer"}` },
      h("p", { class: "by" }, foreign(String(role)), " ", h("span", { class: "when" })),
      h("p", { class: "words", dir: "auto" }, String(content)),
    );
  }

  /** Write beside each line when it was spoken, once that is known. */
  date(timeline) {
    if (!timeline) return;
    for (const [index, item] of [...this.list.children].entries()) {
      const line = timeline.lines[index];
      // A line that somebody has just put in is not in what is known of the call yet.
      say(item.querySelector(".when"), line && this.isSame(line, this.lines[index]) ? clock(line.at) : "");
    }
  }

  announceMissed(added) {
    this.missed += added;
    say(this.newer, `${plural(this.missed, "new line")} ↓`);
    this.newer.hidden = false;
  }
}
