// The whole of a call on one line: its sentiment, who joins, and a slider over its moments.

import { SentimentChart } from "./chart.js";
import { h, say } from "./dom.js";
import { clock } from "./format.js";
import { paintSentiment } from "./row.js";
import { lastMoment } from "./whole.js";

export class Strip {
  /** `chosen(seconds)` is called when somebody moves the slider. */
  constructor(chosen) {
    this.chart = null;
    this.slider = h("input", { type: "range", id: "moment", min: 0, max: 1, step: 1, value: 0, disabled: true });
    this.slider.addEventListener("input", () => chosen(Number(this.slider.value)));
    this.picture = h("div", { class: "picture" });
    this.moment = h("output", { for: "moment" }, "");
    this.laneNames = h("div", { class: "lanes", "aria-hidden": "true" });
    this.element = h(
      "section",
      { class: "panel strip", "aria-label": "The whole call" },
      this.laneNames,
      this.picture,
      h("label", { for: "moment", class: "unseen" }, "Moment of the call, in seconds"),
      this.slider,
      h("p", { class: "scale" }, h("span", {}, "0:00"), this.moment, (this.end = h("span", {}, ""))),
    );
  }

  /** Show a call, or with null that none is known yet; `fixed` says that it has no other moments. */
  show(timeline, fixed) {
    this.chart = timeline && new SentimentChart(timeline);
    this.slider.disabled = timeline === null || fixed;
    if (timeline === null) return;
    this.picture.replaceChildren(this.chart.element);
    this.laneNames.replaceChildren(
      ...this.chart.lanes.map((lane) => {
        const name = h("span");
        paintSentiment(name, lane);
        return name;
      }),
      h("span", { class: "joins" }, "joins"),
    );
    this.slider.max = lastMoment(timeline);
    say(this.end, clock(timeline.length));
  }

  /** Show how far the call has come, in seconds, and in words. */
  moveTo(elapsed, words) {
    say(this.moment, words);
    if (!this.chart) return;
    this.slider.value = Math.floor(elapsed);
    this.slider.setAttribute("aria-valuetext", clock(elapsed));
    this.chart.moveTo(elapsed);
  }
}
