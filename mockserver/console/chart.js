// The sentiment over a whole call as steps, drawn to the same scale as the slider beneath it.

import { svg } from "./dom.js";
import { clock, tone } from "./format.js";

const WIDTH = 1000;
const HEIGHT = 120;
const TOP = 18;
const BOTTOM = 90;
const ORDER = ["positive", "neutral", "negative"];

/** The lanes from good to bad; sentiments that the contract does not know come last. */
function lanes(changes) {
  const others = changes.map(({ value }) => value).filter((value) => !ORDER.includes(value));
  return [...ORDER, ...new Set(others)];
}

export class SentimentChart {
  constructor(timeline) {
    this.length = Math.max(1, timeline.length);
    this.changes = timeline.sentiment;
    this.lanes = lanes(this.changes);
    this.cursor = svg("line", { class: "cursor", y1: 4, y2: BOTTOM + 8 });
    this.past = svg("rect", { x: 0, y: 0, height: HEIGHT, width: 0 });
    const steps = this.steps();
    this.element = svg(
      "svg",
      {
        class: "chart",
        viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
        preserveAspectRatio: "none",
        role: "img",
        "aria-label": this.described(),
      },
      svg("defs", {}, svg("clipPath", { id: "past" }, this.past)),
      ...this.lanes.map((_, lane) =>
        svg("line", { class: "lane", x1: 0, x2: WIDTH, y1: this.y(lane), y2: this.y(lane) }),
      ),
      svg("g", { class: "future" }, ...steps.map((step) => step.cloneNode())),
      svg("g", { class: "past", "clip-path": "url(#past)" }, ...steps),
      ...this.joins(timeline.participants),
      this.cursor,
    );
  }

  x = (at) => (Math.min(at, this.length) / this.length) * WIDTH;

  y(lane) {
    return TOP + (lane * (BOTTOM - TOP)) / (this.lanes.length - 1);
  }

  steps() {
    return this.changes.flatMap(({ at, value }, index) => {
      const until = this.changes[index + 1]?.at ?? this.length;
      const level = this.y(this.lanes.indexOf(value));
      const flat = svg("line", {
        class: `step ${tone(value)}`,
        x1: this.x(at),
        x2: this.x(until),
        y1: level,
        y2: level,
      });
      if (index === 0) return [flat];
      const before = this.y(this.lanes.indexOf(this.changes[index - 1].value));
      return [
        svg("line", { class: `rise ${tone(value)}`, x1: this.x(at), x2: this.x(at), y1: before, y2: level }),
        flat,
      ];
    });
  }

  joins(participants) {
    return participants.map(({ joins, identity }) =>
      svg(
        "line",
        { class: "join", x1: this.x(joins), x2: this.x(joins), y1: BOTTOM + 16, y2: HEIGHT },
        svg("title", {}, `${identity} joins at ${clock(joins)}`),
      ),
    );
  }

  described() {
    const parts = this.changes.map(({ at, value }) => `${value} from ${clock(at)}`);
    return `Sentiment over the call: ${parts.join(", ")}.`;
  }

  /** Show how far the call has come, in seconds. */
  moveTo(elapsed) {
    const x = this.x(elapsed);
    this.past.setAttribute("width", x);
    this.cursor.setAttribute("x1", x);
    this.cursor.setAttribute("x2", x);
  }
}
