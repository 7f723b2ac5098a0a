import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { Api, operations } from "../../../mockserver/player/api.js";
import { START, timeline } from "./timelines.js";

const BASE = "https://api.example.com/v2/api/active-calls";
const NOW = START + 3_600_000;
let now;
beforeEach(() => (now = NOW));
const clock = () => now;
const withAnswers = (answers, more = {}) => timeline({ answers, ...more });

/** What one of the operations answers. */
async function answered(api, id, { room = "r", headers = { "x-workspace-id": "w" }, json } = {}) {
  const operation = operations.find((one) => one.id === id);
  const url = BASE + operation.path.replace(/.*active-calls/, "").replace(":roomName", encodeURIComponent(room));
  const body = json === undefined ? undefined : JSON.stringify(json);
  return api.answer(operation, new Request(url, { method: operation.method, headers, body }));
}

/** The same, with its body parsed. */
async function ask(api, id, request) {
  const answer = await answered(api, id, request);
  return { status: answer.status, headers: answer.headers, json: await answer.json() };
}

test("list and call agree, and go on by the clock", async () => {
  const api = new Api([timeline(), timeline({ room: "call/ü" })], { clock });
  for (const [late, duration] of [
    [0, 5],
    [30_000, 35],
  ]) {
    now = NOW + late;
    const { json: list } = await ask(api, "listActiveCalls");
    assert.deepEqual([list.count, list.timestamp], [2, new Date(now).toISOString()]);
    for (const entry of list.data) {
      const { json: call } = await ask(api, "getActiveCall", { room: entry.roomName });
      const { transcript, participants, ...fields } = call;
      assert.equal(call.duration, duration);
      assert.deepEqual(entry, {
        ...fields,
        status: "active",
        lastMessage: transcript.at(-1).content,
        transferRequested: duration > 20,
        type: "phone",
        participants: participants.map(({ metadata: _, ...one }) => one),
      });
      assert.equal(participants[0].joinedAt, new Date(NOW - 5000).toISOString());
    }
  }
  now = NOW + 55_000;
  assert.equal((await ask(api, "getActiveCall")).status, 404);
  assert.equal((await ask(api, "listActiveCalls")).json.count, 0);
});

test("insights are those of the moment", async () => {
  const api = new Api([timeline()], { clock, at: 31 });
  assert.deepEqual((await ask(api, "getCallInsights")).json, {
    sentiment: "positive",
    topics: [],
    summary: "Hello. Hi.",
    suggestions: [],
  });
});

test("a call that was ended is gone", async () => {
  const api = new Api([timeline(), timeline({ room: "other" })], { clock });
  const ended = await ask(api, "endCall");
  assert.deepEqual([ended.status, ended.json.roomName, ended.json.success], [200, "r", true]);
  assert.equal(ended.json.endTime, new Date(NOW).toISOString());
  for (const id of ["getActiveCall", "getCallInsights", "endCall"]) assert.equal((await ask(api, id)).status, 404, id);
  const { json: list } = await ask(api, "listActiveCalls");
  assert.deepEqual(
    list.data.map((one) => one.roomName),
    ["other"],
  );
});

test("an end may come later, by its scenario", async () => {
  const api = new Api([withAnswers({ endCall: { after: 2 } })], { clock });
  const first = (await ask(api, "endCall")).json.endTime;
  now += 1000;
  assert.equal((await ask(api, "getActiveCall")).status, 200);
  assert.equal((await ask(api, "endCall")).json.endTime, first);
  now += 1000;
  assert.equal((await ask(api, "getActiveCall")).status, 404);
});

test("an agent that was removed stays, and a person takes over", async () => {
  const api = new Api([timeline()], { clock });
  const remove = (identity) => ask(api, "removeAgent", { json: { participantIdentity: identity } });
  assert.match((await remove("nobody")).json.error.message, /'nobody' is not in the room/);
  assert.match((await remove("customer-001")).json.error.message, /is not an AI agent/);
  assert.equal((await ask(api, "removeAgent", { json: {} })).status, 400);
  assert.equal((await ask(api, "removeAgent")).status, 400);
  const removed = await remove("agent-001");
  assert.deepEqual([removed.status, removed.json.roomName, removed.json.mutedTracks], [200, "r", ["TR_1"]]);
  assert.deepEqual((await remove("agent-001")).status, 400);
  now += 7000;
  const { json: before } = await ask(api, "getActiveCall");
  assert.deepEqual([before.duration, before.transcript.length, before.sentiment], [12, 1, "neutral"]);
  assert.deepEqual(
    before.participants.map((one) => one.metadata.muted ?? false),
    [true, false],
  );
  now += 40_000;
  const { json: after } = await ask(api, "getActiveCall");
  assert.deepEqual([after.duration, after.transcript.at(-1).content, after.sentiment], [52, "Anna here.", "positive"]);
  const joinedAt = new Date(NOW + 7250).toISOString();
  assert.deepEqual(after.participants[2], { identity: "human-001", isAgent: false, metadata: {}, joinedAt });
  assert.equal((await ask(api, "listActiveCalls")).json.data[0].lastMessage, "Anna here.");
});

test("errors, those of stretches too, are in the API's envelope", async () => {
  const error = { code: "service_unavailable", message: "Back soon." };
  const limited = { status: 429, error: { code: "rate_limit_exceeded", message: "Slow down." }, retryAfter: 7 };
  const stretch = { at: 10, until: 20, status: 503, error, operation: "getActiveCall" };
  const api = new Api([withAnswers({ endCall: limited }, { errors: [stretch] })], { clock });
  const refused = await ask(api, "endCall");
  assert.deepEqual([refused.status, refused.headers.get("retry-after")], [429, "7"]);
  assert.deepEqual(refused.json.error, { ...limited.error, reset_at: new Date(NOW + 7000).toISOString() });
  now += 5000;
  assert.deepEqual((await ask(api, "getActiveCall")).json, { error });
  assert.equal((await ask(api, "getCallInsights")).status, 200);
  now += 10_000;
  assert.equal((await ask(api, "getActiveCall")).status, 200);
  assert.equal((await ask(api, "getActiveCall", { room: "other" })).json.error.code, "not_found");
  const missing = await ask(api, "getActiveCall", { headers: {} });
  assert.deepEqual([missing.status, missing.json.error.code], [400, "invalid_request"]);
});

test("a scenario of nothing but errors answers for the list as well", async () => {
  const error = { code: "service_unavailable", message: "Service Unavailable." };
  const answers = Object.fromEntries(operations.map(({ id }) => [id, { status: 503, error }]));
  const api = new Api([{ version: 1, room: "mock-503", scenario: "503", answers, errors: [] }], { clock });
  assert.deepEqual((await ask(api, "listActiveCalls")).json, { error });
  assert.equal((await ask(api, "getActiveCall", { room: "mock-503" })).status, 503);
  const beside = new Api([{ version: 1, room: "mock-503", scenario: "503", answers, errors: [] }, timeline()], {
    clock,
  });
  assert.equal((await ask(beside, "listActiveCalls")).json.count, 1);
  assert.equal((await ask(new Api([], { clock }), "listActiveCalls")).json.count, 0);
});

for (const [late, answer] of [
  [1500, { delay: 1500 }],
  [3000, { fault: "slow" }],
  [4500, { fault: "slow", delay: 1500 }],
  [60_000, { fault: "timeout" }],
]) {
  test(`${JSON.stringify(answer)} answers ${late} ms late`, async (t) => {
    const api = new Api([withAnswers({ getActiveCall: answer })], { clock });
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let done = false;
    const asked = ask(api, "getActiveCall").then(() => (done = true));
    await new Promise(setImmediate);
    t.mock.timers.tick(late - 1);
    await new Promise(setImmediate);
    assert.equal(done, false);
    t.mock.timers.tick(1);
    await asked;
  });
}

test("faults spoil the answer, each in its way", async () => {
  const whole = await (await answered(new Api([timeline()], { clock }), "getActiveCall")).text();
  for (const [fault, text, type] of [
    ["truncated", whole.slice(0, whole.length / 2), "application/json"],
    ["malformed", `${whole.slice(0, -1)},]`, "application/json"],
    ["empty", "", "application/json"],
    ["wrong-content-type", whole, "text/html; charset=utf-8"],
  ]) {
    const api = new Api([withAnswers({ getActiveCall: { fault } })], { clock });
    const answer = await answered(api, "getActiveCall");
    assert.deepEqual([answer.status, answer.headers.get("content-type")], [200, type], fault);
    assert.equal(await answer.text(), text, fault);
  }
});

test("a moment can be held, and be another one", async () => {
  let at = 10;
  const api = new Api([timeline()], { clock, at: () => at });
  const duration = async () => (await ask(api, "getActiveCall")).json?.duration;
  now += 500_000;
  assert.equal(await duration(), 10);
  at = 59;
  const { json: call } = await ask(api, "getActiveCall");
  assert.deepEqual([call.duration, call.participants[0].joinedAt], [59, new Date(now - 59_000).toISOString()]);
  now += 500_000;
  assert.equal((await ask(api, "getActiveCall")).json.participants[0].joinedAt, call.participants[0].joinedAt);
  at = 60;
  assert.equal((await ask(api, "getActiveCall")).status, 404);
});

test("what cannot be answered from is refused in one line", () => {
  assert.throws(() => new Api([timeline(), timeline()]), /^Error: Two timelines are of the room "r"\.$/);
  assert.throws(() => new Api([timeline({ version: 3 })]), /has version 3/);
});

test("a moment is a number of seconds, and from the end on there is no call", async () => {
  for (const at of [60, 1e308]) {
    const api = new Api([timeline()], { clock, at });
    assert.equal((await ask(api, "getActiveCall")).status, 404);
    assert.equal((await ask(api, "listActiveCalls")).json.count, 0);
  }
  for (const at of [NaN, Infinity, "60", {}]) {
    assert.throws(() => new Api([timeline()], { clock, at }), /^TypeError: at: .* is not a number of seconds\.$/);
  }
});

test("what is wrong with a request is said at once and whole, whatever its room is like", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] }); // what is late never comes
  const answers = { getActiveCall: { fault: "empty" }, removeAgent: { status: 503, delay: 1500 } };
  const api = new Api([withAnswers(answers)], { clock });
  const without = await ask(api, "getActiveCall", { headers: {} });
  assert.deepEqual([without.status, typeof without.json.error.message], [400, "string"]);
  const nobody = await ask(api, "removeAgent", { json: { participantIdentity: 7 } });
  assert.deepEqual([nobody.status, nobody.json.error.message], [400, "participantIdentity: a text is required."]);
});
