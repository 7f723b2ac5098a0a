// Where to read on, and the table of scenarios.

import { foreign, h, prose } from "./dom.js";
import { fragment } from "./route.js";

const LINKS = [
  ["docs/", "API docs", "The operations, to try out in the browser"],
  ["openapi.yaml", "The contract", "OpenAPI 3.0, for code generators and tests"],
  ["openapi.json", "The contract as JSON", "The same for tools that read no YAML"],
  ["_mock/openapi.yaml", "The mock's own paths", "The journal, the scenarios, the timelines"],
];

export class DocsView {
  title = "Docs";

  constructor(root, params, { workspace, scenarios, about }) {
    const rows = scenarios.map(({ name, description, room }) =>
      h(
        "tr",
        {},
        h("th", { scope: "row" }, h("code", {}, foreign(room))),
        h("td", {}, ...prose(description)),
        h(
          "td",
          { class: "links" },
          h("a", { href: fragment("call", { workspace, room }), "aria-label": `Open ${room}` }, "Open"),
          " ",
          h(
            "a",
            {
              href: fragment("state", { workspace, room: "call-abc123", scenario: name }),
              "aria-label": `Make the state ${name}`,
            },
            "Make",
          ),
        ),
      ),
    );
    root.append(
      h(
        "div",
        { class: "head" },
        h("h1", { tabindex: "-1" }, "Docs"),
        h("p", { class: "summary" }, `active-calls ${about.version}`),
      ),
      h(
        "ul",
        { class: "doc-links" },
        ...LINKS.map(([href, title, text]) => h("li", {}, h("a", { href }, title), h("span", {}, text))),
      ),
      h(
        "section",
        { class: "panel", "aria-labelledby": "table" },
        h("h2", { id: "table" }, "Scenarios"),
        h(
          "p",
          { class: "hint" },
          ...prose(
            "Ask for the room, or for any room with the header `Prefer: scenario=NAME`. A room `mock-NAME-anything` shows the same scenario as another call.",
          ),
        ),
        h(
          "div",
          { class: "table" },
          h(
            "table",
            { class: "catalogue" },
            h(
              "thead",
              {},
              h(
                "tr",
                {},
                h("th", { scope: "col" }, "Room"),
                h("th", { scope: "col" }, "What it shows"),
                h("th", { scope: "col" }, "Try it"),
              ),
            ),
            h("tbody", {}, ...rows),
          ),
        ),
      ),
    );
  }

  update() {
    return true;
  }

  close() {}
}
