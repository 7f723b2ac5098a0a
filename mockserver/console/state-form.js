// The form of a state: a room, and a field for each preference.

import { h } from "./dom.js";

const STATUSES = [200, 400, 401, 403, 404, 409, 418, 422, 429, 500, 502, 503, 504];

/** What each field is called, in the form's order. */
export const LABELS = {
  room: "Room",
  scenario: "Scenario",
  at: "Moment, seconds in",
  code: "Status",
  call: "Number of the call",
  "retry-after": "Retry after, seconds",
  delay: "Delay, milliseconds",
  fault: "Fault",
  locale: "Locale",
  seed: "Seed",
  example: "Example of the contract",
};

/** The fields that are always in view; the others can be folded away. */
export const FIRST = new Set(["room", "scenario", "at", "code"]);

/** The preferences that the form can state: all of its fields but the room. */
export const PREFERENCES = Object.keys(LABELS).filter((name) => name !== "room");

function choice(values, none) {
  const options = values.map((value) => h("option", { value }, String(value)));
  return h("select", {}, h("option", { value: "" }, none), ...options);
}

const number = (most, placeholder, { min = 0, step = 1 } = {}) =>
  h("input", { type: "number", min, max: most, step, inputmode: "decimal", placeholder });

/** The fields by name, for what the mock understands. */
export function makeFields({ about, scenarios }) {
  const { preferences } = about;
  const names = scenarios.map(({ name }) => name);
  const fields = {
    room: h("input", { required: true, maxlength: 2000, spellcheck: "false", autocomplete: "off" }),
    scenario: choice(names, "what the room's name says"),
    at: number(999_999_999, "as the clock says", { step: "any" }),
    call: number(2 ** 31, "the present one", { min: 1 }),
    code: choice(STATUSES, "whatever it is"),
    "retry-after": number(86_400, "the error's own"),
    delay: number(60_000, "none"),
    fault: choice(preferences.fault, "none"),
    locale: choice(preferences.locale, `the mock's own, ${about.locale}`),
    seed: number(Number.MAX_SAFE_INTEGER, "the mock's own"),
    example: choice(preferences.example, "none"),
  };
  for (const [name, field] of Object.entries(fields)) {
    field.id = `s-${name}`;
    field.name = name;
  }
  return fields;
}
