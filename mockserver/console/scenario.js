// A call as a scenario file: what --scenarios reads, so that a call can be had again.

const CHANGING = new Set(["id", "roomName", "duration", "sentiment", "transcript", "participants"]);
const DAY = 86_400;
const LONGEST_NAME = 60;
// What YAML's readers do not take as it is, though JSON does.
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g;
const PLAIN_NAME = /^[A-Za-z][A-Za-z0-9]*$/;
const WORDS = /^(y|n|yes|no|on|off|true|false|null)$/i;

/** Text in double quotes, which YAML reads as JSON does. */
const quoted = (text) =>
  JSON.stringify(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

const key = (name) => (PLAIN_NAME.test(name) && !WORDS.test(name) ? name : quoted(name));

/** JSON data on one line of YAML. */
export function flow(value) {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return String(value).replace(/^(-?\d+)e/, "$1.0e"); // 1e21 would be text
  if (value === null || typeof value !== "object") return String(value);
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  const fields = Object.entries(value).filter(([, item]) => item !== undefined);
  return `{${fields.map(([name, item]) => `${key(name)}: ${flow(item)}`).join(", ")}}`;
}

function list(name, items) {
  return items.length ? [`    ${name}:`, ...items.map((item) => `      - ${flow(item)}`)] : [`    ${name}: []`];
}

/** A scenario's name from a room's: lower case, digits and single dashes. */
export function nameFrom(room) {
  const slug = `copy-of-${room.toLowerCase()}`.replace(/[^a-z0-9]+/g, "-");
  return slug.slice(0, LONGEST_NAME).replace(/-+$/, "");
}

const presence = ({ joins, leaves, joinedAt: _, ...fields }) => ({
  ...fields,
  joins,
  leaves: leaves ?? undefined,
});

const decimalsOf = (duration) => (String(duration).split(".")[1] ?? "").length;

/** The YAML of the call whose body and timeline these are; its room begins it at 0:00. */
export function asScenario(body, timeline) {
  const persona = Object.entries(body).filter(([name]) => !CHANGING.has(name));
  const length = Math.max(1, Math.ceil(timeline.length));
  const live = Math.min(length, DAY);
  const people = timeline.participants.map(presence).filter(({ joins, leaves }) => !(leaves <= joins));
  const decimals = decimalsOf(body.duration);
  return [
    "scenarios:",
    `  ${nameFrom(body.roomName)}:`,
    `    description: ${quoted(`The call that the room ${body.roomName} hosted at ${timeline.started}.`)}`,
    `    schedule: ${flow({ live, lead: length > live ? length - live : undefined })}`,
    ...(decimals ? [`    decimals: ${decimals}`] : []),
    ...(persona.length ? ["    call:", ...persona.map(([name, value]) => `      ${key(name)}: ${flow(value)}`)] : []),
    ...("customerName" in body ? [] : ["    omit: [customerName]"]),
    ...list("lines", timeline.lines),
    ...(people.length ? list("participants", people) : []),
    ...list(
      "sentiment",
      timeline.sentiment.map(({ at, value }) => ({ at, value })),
    ),
    "",
  ].join("\n");
}
