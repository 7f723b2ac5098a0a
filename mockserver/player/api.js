// The operations, answered in a page from timelines: what a list, a call and a command agree on.

import { DONE, ERRORS, LISTED_STATUS, NOT_LISTED, OPERATIONS } from "./contract.js";
import { begunAt, createCall, demandKnown } from "./index.js";

const LIST = "listActiveCalls";
const CALL = "getActiveCall";
const WORKSPACE = "x-workspace-id";
const SLOW = 3000;
const TIMEOUT = 60_000;

const iso = (instant) => new Date(instant).toISOString();
const without = (body, names) => Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)));
const isMuted = ({ metadata }) => metadata?.muted === true;

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

/** Somebody's room: its call, if there is one, and what was done to it. */
class Room {
  constructor(timeline, { clock, at }) {
    demandKnown(timeline);
    const { scenario = "", answers = {}, errors = [] } = timeline;
    Object.assign(this, { timeline, clock, at, scenario, answers, errors });
    this.name = timeline.room;
    this.opened = clock();
    this.ended = Infinity; // by the clock, in milliseconds
    this.muted = new Map(); // identities, each with the moment
    this.silent = Infinity; // the moment from which no agent can be heard
  }

  /** The call as it began so long ago that it stands where it should; made anew where it is moved. */
  call() {
    if (!this.timeline.fields) return null;
    const at = this.at() ?? null;
    if (this.played?.at !== at) {
      const began = at === null ? this.opened - this.timeline.elapsed * 1000 : this.clock() - at * 1000;
      this.played = { at, began, call: createCall(begunAt(this.timeline, began), { clock: this.clock, began }) };
    }
    return this.played.call;
  }

  /** How many seconds in it stands, null where no call is going on. */
  elapsed() {
    const call = this.call();
    if (call === null || this.clock() >= this.ended) return null;
    const elapsed = this.played.at ?? call.elapsed();
    return elapsed >= 0 && elapsed < call.length ? elapsed : null;
  }

  /** The body that shows the call; without an agent that can be heard, the conversation stands still. */
  body() {
    const elapsed = this.elapsed();
    if (elapsed === null) return null;
    const whole = this.call().at(elapsed);
    if (whole === null) return null;
    const body = { ...this.call().at(this.spoken(elapsed)), duration: whole.duration };
    const muted = (person) => ({ ...person, metadata: { ...person.metadata, muted: true } });
    const isTaken = ({ identity }) => elapsed >= (this.muted.get(identity) ?? Infinity);
    return { ...body, participants: body.participants.map((one) => (isTaken(one) ? muted(one) : one)) };
  }

  insights() {
    const elapsed = this.elapsed();
    return elapsed === null ? null : this.call().insightsAt(this.spoken(elapsed));
  }

  /** Until which moment the conversation goes on: where nobody is left to speak, it stands still. */
  spoken(elapsed) {
    return Math.min(elapsed, this.silent);
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
      transferRequested: this.call().transferRequestedAt(this.spoken(this.elapsed())),
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
    if (isMuted(found)) throw refused("is muted already");
    if (!this.muted.has(identity)) this.muted.set(identity, this.elapsed() + after);
    const isHeard = (one) => one.isAgent && !isMuted(one) && !this.muted.has(one.identity);
    if (!participants.some(isHeard)) this.silent = Math.min(this.silent, this.elapsed() + after);
    return { ...DONE.removeAgent, roomName: this.name };
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
    for (const timeline of timelines) {
      const room = new Room(timeline, { clock, at: moment });
      if (this.#rooms.has(room.name)) throw new Error(`Two timelines are of the room ${JSON.stringify(room.name)}.`);
      this.#rooms.set(room.name, room);
    }
  }

  /** What one of the `operations` answers to a `Request`, as a `Response`; late where its scenario is. */
  async answer({ id, roomOf }, request) {
    const room = this.#rooms.get(roomOf(request.url));
    const answer = await this.#made(id, request, room);
    const rooms = id === LIST ? [...this.#rooms.values()] : [room];
    const { delay = 0, fault } = rooms.map((one) => one?.answers[id]).find(Boolean) ?? {};
    const late = { slow: delay + SLOW, timeout: TIMEOUT }[fault] ?? delay;
    if (late) await new Promise((resolve) => setTimeout(resolve, late));
    return response(answer, fault);
  }

  async #made(operation, request, room) {
    try {
      if (!request.headers.get(WORKSPACE)) throw new Refusal(400);
      if (operation === LIST) return { status: 200, json: this.#list() };
      const refusal = room?.refusal(operation);
      if (refusal) throw refusal;
      const json = (await this.#operation(operation, request, room)) ?? null;
      if (json === null) throw new Refusal(404);
      return { status: 200, json };
    } catch (error) {
      if (error instanceof Refusal) return error.answer(this.#clock());
      throw error;
    }
  }

  #list() {
    const rooms = [...this.#rooms.values()];
    const refusal = rooms.map((one) => one.answers[LIST]).find((one) => one?.status !== undefined);
    if (refusal) throw new Refusal(refusal.status, refusal);
    const calls = rooms.map((one) => one.listed()).filter((one) => one !== null);
    return { data: calls, count: calls.length, timestamp: iso(this.#clock()) };
  }

  async #operation(operation, request, room) {
    const body = operation === "removeAgent" ? await removal(request) : null;
    if (!room || room.elapsed() === null) return null;
    const { after = 0 } = room.answers[operation] ?? {};
    if (operation === "getCallInsights") return room.insights();
    if (operation === "endCall") return room.end(after);
    return body === null ? room.body() : room.removeAgent(body.participantIdentity, after);
  }
}

async function removal(request) {
  const body = await request.json().catch(() => null);
  if (typeof body?.participantIdentity === "string" && body.participantIdentity !== "") return body;
  throw new Refusal(400, { message: "participantIdentity: a text is required." });
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
