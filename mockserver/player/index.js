// A call without the mock: its body at any moment, as a function of its timeline.

import { TIMELINE, TIMELINE_VERSION, VERSION } from "./contract.js";

export { VERSION as version };

const latest = (changes, elapsed) => changes.findLast(({ at }) => at <= elapsed);

function isOf(kind, value) {
  if (value === null) return kind.endsWith("null");
  return kind === "instant" ? !Number.isNaN(Date.parse(value)) : kind.startsWith(typeof value);
}

/** What a timeline lacks by the contract, or null. */
function damage(timeline) {
  for (const [name, kind] of Object.entries(TIMELINE)) {
    const part = timeline[name];
    const isList = Array.isArray(kind); // of what each of its entries has
    if (!(isList ? Array.isArray(part) : isOf(kind, part))) return `${name} is no ${isList ? "list" : kind}`;
    for (const [index, entry] of isList ? part.entries() : []) {
      const missing = kind.find((one) => entry?.[one] === undefined);
      if (missing) return `${name}[${index}] has no ${missing}`;
    }
  }
  return timeline.fields.length ? null : "fields is empty";
}

/** The whole of a scenario may be errors: then there is no call. */
const hasCall = ({ fields, answers = {} }) => fields !== undefined || Object.keys(answers).length === 0;

/** Refuse what is no timeline, one in a form that this module does not know, and a damaged one. */
export function demandKnown(timeline) {
  const version = timeline?.version;
  if (version === TIMELINE_VERSION) {
    const wrong = hasCall(timeline) ? damage(timeline) : null;
    if (wrong) throw new Error(`This timeline is damaged: ${wrong}.`);
    return;
  }
  const found = version === undefined ? "This is no timeline" : `This timeline has version ${JSON.stringify(version)}`;
  throw new Error(
    `${found}: active-calls ${VERSION} reads version ${TIMELINE_VERSION}, as active-calls-mock ${VERSION} writes it.`,
  );
}

/** Refuse what has no call as well. */
function demandCall(timeline) {
  demandKnown(timeline);
  if (!hasCall(timeline)) throw new Error(`The scenario ${timeline.scenario} answers with an error: it has no call.`);
}

/** The forms of the entries of `kind` before their last one, by the index of the entry. */
function formsBefore(earlier, kind) {
  const forms = new Map();
  for (const { [kind]: index, until, shown } of earlier) {
    if (index === undefined) continue;
    if (!forms.has(index)) forms.set(index, []);
    forms.get(index).push({ until, shown });
  }
  return forms;
}

/** A timeline as if its call had begun at an instant, in milliseconds since 1970: all its instants move along. */
export function begunAt(timeline, instant) {
  demandCall(timeline);
  const late = instant - Date.parse(timeline.started);
  const moved = (text) => new Date(Date.parse(text) + late).toISOString();
  const person = (one) => (one && "joinedAt" in one ? { ...one, joinedAt: moved(one.joinedAt) } : one);
  return {
    ...timeline,
    started: moved(timeline.started),
    participants: timeline.participants.map(person),
    earlier: timeline.earlier.map((one) => ("participant" in one ? { ...one, shown: person(one.shown) } : one)),
  };
}

class Call {
  #timeline;
  #began;
  #clock;
  #started;
  #revised;
  #shownBefore;

  constructor(timeline, { clock, began }) {
    demandCall(timeline);
    this.#timeline = timeline;
    this.#clock = clock;
    this.#began = began ?? clock() - timeline.elapsed * 1000;
    this.#started = Date.parse(timeline.started) / 1000;
    this.#revised = formsBefore(timeline.earlier, "line");
    this.#shownBefore = formsBefore(timeline.earlier, "participant");
  }

  /** For how many seconds it goes on altogether. */
  get length() {
    return this.#timeline.length;
  }

  /** The room that it takes place in. */
  get roomName() {
    return this.#timeline.room;
  }

  /** For how many seconds it has been going on by the clock. */
  elapsed() {
    return (this.#clock() - this.#began) / 1000;
  }

  /** The body that shows the call so many seconds after it began, null where it is not going on. */
  at(seconds) {
    const elapsed = this.#moment(seconds);
    if (elapsed === null) return null;
    return structuredClone({
      ...latest(this.#timeline.fields, elapsed).value,
      duration: this.#duration(elapsed),
      sentiment: this.#sentiment(elapsed),
      transcript: this.#transcript(elapsed),
      participants: this.#participants(elapsed),
    });
  }

  /** The body that shows the call by the clock, null before it begins and from its end on. */
  now() {
    return this.at(this.elapsed());
  }

  /** What the call is about so many seconds in; null as with `at`, and where the timeline does not say. */
  insightsAt(seconds) {
    const elapsed = this.#moment(seconds);
    if (elapsed === null) return null;
    const body = { sentiment: this.#sentiment(elapsed) };
    for (const { at, value, adds = "" } of this.#timeline.insights) {
      if (at > elapsed) break;
      Object.assign(body, value);
      if (adds) body.summary += adds;
    }
    return structuredClone(body);
  }

  /** Whether a person has been asked for so many seconds in; null as with `at`. */
  transferRequestedAt(seconds) {
    const elapsed = this.#moment(seconds);
    const { transfer } = this.#timeline;
    return elapsed === null ? null : transfer !== null && transfer <= elapsed;
  }

  /** The name of what is talked about so many seconds in; null as with `at`, and where it has none. */
  topicAt(seconds) {
    const elapsed = this.#moment(seconds);
    const { topics } = this.#timeline;
    return elapsed === null ? null : ((latest(topics, elapsed) ?? topics[0])?.name ?? null);
  }

  /** Seconds in as the mock computes them, from an instant; null where the call is not going on. */
  #moment(seconds) {
    if (!Number.isFinite(seconds)) throw new TypeError(`${seconds} is not a number of seconds.`);
    const elapsed = this.#started + seconds - this.#started;
    return elapsed < 0 || elapsed >= this.length ? null : elapsed;
  }

  #duration(elapsed) {
    const fraction = 10 ** this.#timeline.decimals;
    return Math.trunc(elapsed * fraction) / fraction;
  }

  #sentiment(elapsed) {
    return latest(this.#timeline.sentiment, elapsed)?.value;
  }

  #transcript(elapsed) {
    const lines = [];
    for (const [index, { at, ...line }] of this.#timeline.lines.entries()) {
      if (at > elapsed) break;
      lines.push(this.#form(this.#revised.get(index), elapsed, line));
    }
    return lines;
  }

  #participants(elapsed) {
    const people = [];
    for (const [index, { joins, leaves, ...person }] of this.#timeline.participants.entries()) {
      if (joins > elapsed || (leaves !== null && leaves <= elapsed)) continue;
      const shown = this.#form(this.#shownBefore.get(index), elapsed, person);
      if (shown !== null) people.push(shown);
    }
    return people;
  }

  #form(before, elapsed, last) {
    const earlier = before?.find(({ until }) => elapsed < until);
    return earlier === undefined ? last : earlier.shown;
  }
}

/**
 * The call of a timeline, as `active-calls-mock export` writes it or `/_mock/timelines/ROOM` answers it.
 *
 * `clock` shows milliseconds, and `began` is when by it the call began: by default, so long before now as the
 * timeline has been going on.
 */
export function createCall(timeline, { clock = () => Date.now(), began } = {}) {
  return new Call(timeline, { clock, began });
}
