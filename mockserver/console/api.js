// A client of the mocked API, as an application would write one, and of the mock's own paths.

/** Where the mock is, as far as the browser knows: a proxy may have put it under a prefix. */
export const BASE = new URL("..", import.meta.url);
const API = `${BASE.pathname}v2/api/active-calls`;
const CONTROL = `${BASE.pathname}_mock/`;
const MARK = { "x-mock-console": "1" }; // keeps the console's requests out of the journal
const KEY = "active-calls-mock-key";

export const apiKey = {
  get: () => sessionStorage.getItem(KEY),
  set: (key) => sessionStorage.setItem(KEY, key),
  forget: () => sessionStorage.removeItem(KEY),
};

/** Percent-encode a path segment wholly, so that neither shells nor URL parsers find anything. */
export const encoded = (text) =>
  encodeURIComponent(text.toWellFormed ? text.toWellFormed() : text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

export const callPath = (room) => `${API}/${encoded(room)}`;

/** The path of what can be done to a room's call: `end-call` or `remove-agent`. */
export const commandPath = (room, command) => `${callPath(room)}/${command}`;

/** The address of one of the mock's own paths, as others write it. */
export const controlUrl = (path) => `${BASE.href}_mock/${path}`;

/** Why a browser cannot ask for this room, or null. */
export function unaskable(room) {
  if (room === "") return "Name a room.";
  if (room === "." || room === "..") return "Browsers cannot ask for a path that ends in dots.";
  return null;
}

export function preferHeader(preferences) {
  return Object.entries(preferences)
    .filter(([, value]) => value !== undefined && value !== null && value !== "")
    .map(([name, value]) => `${name}=${value}`)
    .join(", ");
}

async function readAll(response) {
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  try {
    if (response.body) {
      const reader = response.body.getReader();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        size += part.value.length;
        text += decoder.decode(part.value, { stream: true });
      }
    }
    return { text: text + decoder.decode(), size, complete: true };
  } catch (error) {
    if (error.name === "AbortError" || error.name === "TimeoutError") throw error;
    return { text, size, complete: false };
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function kindOf(status, json, complete) {
  if (status === 429) return "limited";
  if (status !== 200) return "error";
  return complete && json !== null && typeof json === "object" ? "call" : "spoilt";
}

/** What an answer says in one line, where it is no call. */
export function complaint(answer) {
  if (answer.kind === "unreachable") return "No answer";
  if (answer.kind === "late") return "No answer in time";
  if (answer.kind === "spoilt")
    return answer.complete ? "The body is not the JSON that it should be" : "The body was cut off";
  const error = answer.json?.error;
  return typeof error?.message === "string" ? error.message : `Status ${answer.status}`;
}

function retrySeconds(headers) {
  const value = headers.get("retry-after");
  if (value === null) return 5;
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(1, Math.ceil(seconds)) : 5;
}

function headersOf(workspace, prefer, body) {
  const key = apiKey.get();
  return {
    ...MARK,
    "x-workspace-id": workspace,
    ...(prefer ? { prefer } : {}),
    ...(key ? { "x-api-key": key } : {}),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
}

/**
 * Ask the API. Never throws but for an abort; `kind` is call (the JSON object that is due), error,
 * limited, spoilt, late or unreachable.
 */
async function askApi(path, { workspace, method = "GET", prefer = "", body, signal, patience = 8000 }) {
  const began = performance.now();
  const limits = [AbortSignal.timeout(patience), ...(signal ? [signal] : [])];
  const took = () => performance.now() - began;
  try {
    const response = await fetch(path, {
      method,
      headers: headersOf(workspace, prefer, body),
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: "no-store",
      signal: AbortSignal.any(limits),
    });
    const { text, size, complete } = await readAll(response);
    const json = parsed(text);
    const kind = kindOf(response.status, json, complete);
    const wait = kind === "limited" ? retrySeconds(response.headers) : 0;
    return {
      kind,
      status: response.status,
      headers: response.headers,
      text,
      size,
      complete,
      json,
      wait,
      took: took(),
      at: performance.now(),
    };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { kind: error.name === "TimeoutError" ? "late" : "unreachable", took: took(), at: performance.now() };
  }
}

/** Ask for the call in a room; see `askApi`. */
export const askCall = ({ room, ...question }) => askApi(callPath(room), question);

/** Ask what the call in a room is about; see `askApi`. */
export const askInsights = ({ room, ...question }) => askApi(`${callPath(room)}/insights`, question);

/** Ask for the list of a workspace's calls; see `askApi`. */
export async function askCalls(question) {
  const answer = await askApi(API, question);
  return answer.kind === "call" && !Array.isArray(answer.json.data) ? { ...answer, kind: "spoilt" } : answer;
}

/** Do something to the call in a room; see `commandPath` and `askApi`. */
export const commandCall = ({ room, command, ...question }) =>
  askApi(commandPath(room, command), { ...question, method: "POST" });

/** Ask one of the mock's own paths for JSON; throws with `status` where it does not answer 2xx. */
export async function askMock(path, { method = "GET", headers = {}, body, signal } = {}) {
  const response = await fetch(CONTROL + path, {
    method,
    headers: { ...MARK, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: "no-store",
    signal: AbortSignal.any([AbortSignal.timeout(8000), ...(signal ? [signal] : [])]),
  });
  const json = parsed(await response.text());
  if (!response.ok) {
    const error = new Error(json?.error?.message ?? `Status ${response.status}`);
    error.status = response.status;
    throw error;
  }
  return json;
}

const timelines = new Map();
const MOST_TIMELINES = 200;

/** Forget every timeline, or those of a room in which something has been done. */
export function forgetTimelines(workspace, room) {
  for (const key of [...timelines.keys()]) {
    const [itsWorkspace, itsRoom] = JSON.parse(key);
    if (workspace === undefined || (workspace === itsWorkspace && room === itsRoom)) timelines.delete(key);
  }
}

/** The whole of the call that a room hosts, or null; asked for once for each call. */
export async function timelineOf(workspace, room, id, prefer = "") {
  const key = JSON.stringify([workspace, room, id, prefer]);
  if (!timelines.has(key)) {
    if (timelines.size >= MOST_TIMELINES) timelines.clear();
    const headers = { "x-workspace-id": workspace, ...(prefer ? { prefer } : {}) };
    const asked = askMock(`timelines/${encoded(room)}`, { headers }).catch(() => null);
    timelines.set(key, asked);
    // A call may end between its answer and this one: then ask again next time.
    asked.then((timeline) => {
      if ((timeline === null || timeline.id !== id) && timelines.get(key) === asked) timelines.delete(key);
    });
  }
  const timeline = await timelines.get(key);
  return timeline?.id === id ? timeline : null;
}
