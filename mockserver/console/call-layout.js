// Where the parts of a call's page stand.

import { h } from "./dom.js";

/** Put the parts into the page, and return the element of those that show a call, which is hidden for now. */
export function layOut(root, { head, notices, direct, strip, conversation, insights, aside, raw, control }) {
  const content = h(
    "div",
    { hidden: true },
    strip.element,
    h(
      "div",
      { class: "columns" },
      h("div", { class: "column" }, conversation.element, insights.element),
      aside.element,
    ),
    raw.element,
  );
  root.append(
    head.element,
    ...notices.elements,
    h("div", { class: "directed" }, direct.element, content),
    control.element,
  );
  return content;
}
