// The operations, answered in a page from timelines: what a list, a call and a command agree on.

import { DONE, ERRORS, LISTED_STATUS, NOT_LISTED, OPERATIONS } from "./contract.js";
import { begunAt, createCall, demandKnown } from "./index.js";
import { isHeard, muted } from "./takeover.js";

const LIST = "listActiveCalls";
const CALL = "getActiveCall";
const WORKSPACE = "x-workspace-id";
const SLOW = 3000;
const TIMEOUT = 60_000;

const iso = (instant) => new Date(instant).toISOString();
const without = (body, names) => Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));

/** What an operation answers instead of what it should. */
class Refusal extends Error {
  constructor(status, { error = ERRORS[status], message, headers = {}, retryAfter } = {}) {
    super(message ?? error.message);
    Object.assign(this, { status, error, headers, retryAfter });
  }

  answer(now) {
    const { status, error, message, headers, retryAfter } = this;
    const again = retryAfter === undefined ? {} : { "retry-after": String(Math.ceil(retryAfter)) };
    const reset = status === 429 ? { reset_at: iso(now + (retryAfter ?? 0) * 1000) } : {};
    return { status, headers: { ...headers, ...again }, json: { error: { ...error, message, ...reset } } };
  }
}

/** Refuse what is neither a moment nor null. */
function demandMoment(at) {
  if (at === null || Number.isFinite(at)) return at;
  throw new TypeError(`at: ${JSON.stringify(at) ?? String(at)} is not a number of seconds.`);
}

/** Somebody's room: its call, if there is one, and what was done to it. */
class Room {
  constructor(timeline, { clock, at }) {
    demandKnown(timeline);
    const { scenario = "", answers = {}, errors = [] } = timeline;
    Object.assign(this, { timeline, clock, at, scenario, answers, errors });
    this.name = timeline.room;
    this.opened = clock();
    this.ended = Infinity; // by the clock, in milliseconds
    this.removed = new Set(); // identities of agents
  }

  /** The call as it began so long ago that it stands where it should; made anew where it is moved. */
  call() {
    if (!this.timeline.fields) return null;
    const moment = demandMoment(this.at() ?? null);
    const at = moment === null ? null : Math.min(moment, this.timeline.length); // from there on nothing changes
    if (this.played?.at !== at) {
      this.played = { at, began: at === null ? this.opened - this.timeline.elapsed * 1000 : this.clock() - at * 1000 };
      this.replay();
    }
    return this.played.call;
  }

  /** Play its timeline, which is another one now, from where the call began. */
  replay() {
    const { began } = this.played;
    this.played.call = createCall(begunAt(this.timeline, began), { clock: this.clock, began });
  }

  /** How many seconds in it stands, null where no call is going on. */
  elapsed() {
    const call = this.call();
    if (call === null || this.clock() >= this.ended) return null;
    const elapsed = this.played.at ?? call.elapsed();
    return elapsed >= 0 && elapsed < call.length ? elapsed : null;
  }

  body() {
    const elapsed = this.elapsed();
    return elapsed === null ? null : this.call().at(elapsed);
  }

  insights() {
    const elapsed = this.elapsed();
    return elapsed === null ? null : this.call().insightsAt(elapsed);
  }

  listed() {
    const body = this.answers[CALL]?.status === undefined ? this.body() : null;
    if (body === null) return null;
    const { participants, sentiment, ...fields } = without(body, NOT_LISTED.call);
    return {
      ...fields,
      status: LISTED_STATUS,
      sentiment,
      lastMessage: body.transcript.at(-1)?.content ?? null,
      transferRequested: this.call().transferRequestedAt(this.elapsed()),
      type: this.timeline.type,
      participants: participants.map((one) => without(one, NOT_LISTED.participant)),
    };
  }

  end(after) {
    if (this.ended === Infinity) this.ended = this.clock() + after * 1000;
    return { ...DONE.endCall, roomName: this.name, endTime: iso(this.ended) };
  }

  removeAgent(identity, after) {
    const { participants } = this.body();
    const found = participants.find((one) => one.identity === identity);
    const refused = (why) => new Refusal(400, { message: `participantIdentity: '${identity}' ${why}.` });
    if (found === undefined) throw refused("is not in the room");
    if (!found.isAgent) throw refused("is not an AI agent");
    if (!isHeard(found)) throw refused("is muted already");
    const { mutedTracks = [] } = this.timeline.takeovers.find((one) => one.identity === identity) ?? {};
    if (!this.removed.has(identity)) {
      const heard = participants.filter((one) => isHeard(one) && !this.removed.has(one.identity));
      const identities = heard.map((one) => one.identity);
      this.timeline = muted(this.timeline, identity, this.elapsed() + after, identities);
      this.removed.add(identity);
      this.replay();
    }
    return { ...DONE.removeAgent, roomName: this.name, mutedTracks };
  }

  /** What its scenario has an operation answer instead, or null. */
  refusal(operation) {
    const { status, ...words } = this.answers[operation] ?? {};
    if (status !== undefined) return new Refusal(status, words);
    const elapsed = this.elapsed();
    if (elapsed === null) return null;
    const fails = (one) => one.at <= elapsed && elapsed < (one.until ?? Infinity);
    const error = this.errors.find((one) => fails(one) && (one.operation ?? operation) === operation);
    return error ? new Refusal(error.status, error) : null;
  }
}

/** Answers requests for the API's paths from timelines, each of another room. */
export class Api {
  #rooms = new Map();
  #clock;

  constructor(timelines, { clock = () => Date.now(), at = null } = {}) {
    this.#clock = clock;
    const moment = typeof at === "function" ? at : () => at;
    if (typeof at !== "function") demandMoment(at);
    for (const timeline of timelines) {
      const room = new Room(timeline, { clock, at: moment });
      if (this.#rooms.has(room.name)) throw new Error(`Two timelines are of the room ${JSON.stringify(room.name)}.`);
      this.#rooms.set(room.name, room);
    }
  }

  /** What one of the `operations` answers to a `Request`, as a `Response`; late where its scenario is. */
  async answer({ id, roomOf }, request) {
    const room = this.#rooms.get(roomOf(request.url));
    const body = id === "removeAgent" ? await request.json().catch(() => null) : null;
    const wrong = mistake(id, request, body); // said at once, and whole, whatever the room is like
    if (wrong) return response(wrong.answer(this.#clock()));
    const answer = this.#made(id, room, body);
    const { delay = 0, fault } = (id === LIST ? this.#ofList() : room?.answers[id]) ?? {};
    const late = { slow: delay + SLOW, timeout: TIMEOUT }[fault] ?? delay;
    if (late) await new Promise((resolve) => setTimeout(resolve, late));
    return response(answer, fault);
  }

  #made(operation, room, body) {
    try {
      if (operation === LIST) return { status: 200, json: this.#list() };
      const refusal = room?.refusal(operation);
      if (refusal) throw refusal;
      const json = this.#operation(operation, room, body) ?? null;
      if (json === null) throw new Refusal(404);
      return { status: 200, json };
    } catch (error) {
      if (error instanceof Refusal) return error.answer(this.#clock());
      throw error;
    }
  }

  #list() {
    const { status, ...words } = this.#ofList() ?? {};
    if (status !== undefined) throw new Refusal(status, words);
    const calls = [...this.#rooms.values()].map((one) => one.listed()).filter((one) => one !== null);
    return { data: calls, count: calls.length, timestamp: iso(this.#clock()) };
  }

  /** What the list answers instead: a scenario of one room among others is none of the whole workspace. */
  #ofList() {
    const answers = [...this.#rooms.values()].map((one) => one.answers[LIST]);
    return answers.every(Boolean) ? answers[0] : null;
  }

  #operation(operation, room, body) {
    if (!room || room.elapsed() === null) return null;
    const { after = 0 } = room.answers[operation] ?? {};
    if (operation === "getCallInsights") return room.insights();
    if (operation === "endCall") return room.end(after);
    return body === null ? room.body() : room.removeAgent(body.participantIdentity, after);
  }
}

/** What is wrong with a request itself, or null. */
function mistake(operation, request, body) {
  if (!request.headers.get(WORKSPACE)) return new Refusal(400);
  const identity = body?.participantIdentity;
  if (operation !== "removeAgent" || (typeof identity === "string" && identity !== "")) return null;
  return new Refusal(400, { message: "participantIdentity: a text is required." });
}

/** What is sent: spoilt as the mock spoils it, as far as a page can have that. */
function response({ status, headers = {}, json }, fault) {
  const text = JSON.stringify(json);
  const spoilt = { truncated: text.slice(0, text.length / 2), malformed: `${text.slice(0, -1)},]`, empty: "" };
  const type = fault === "wrong-content-type" ? "text/html; charset=utf-8" : "application/json";
  return new Response(spoilt[fault] ?? text, { status, headers: { "content-type": type, ...headers } });
}

const PARAMETER = /\{\w+\}/;

/**
 * The operations, each with its method, its path, in which the room stands as `:roomName`, and how to find that in a
 * URL: percent-decoded, null where it is not percent-encoded UTF-8.
 */
export const operations = Object.entries(OPERATIONS).map(([id, { method, path }]) => {
  const end = new RegExp(`${path.replace(PARAMETER, "([^/]+)")}$`);
  return { id, method, path: path.replace(PARAMETER, ":roomName"), roomOf: (url) => decoded(end, url) };
});

function decoded(end, url) {
  const [, room = ""] = new URL(url).pathname.match(end) ?? [];
  try {
    return decodeURIComponent(room);
  } catch {
    return null;
  }
}
