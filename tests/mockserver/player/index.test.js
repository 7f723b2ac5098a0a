import assert from "node:assert/strict";
import { test } from "node:test";

import { Api } from "../../../mockserver/player/api.js";
import { begunAt, createCall } from "../../../mockserver/player/index.js";
import { START, timeline as made } from "./timelines.js";

const timeline = made();

test("a call is there from its beginning until its end", () => {
  const call = createCall(timeline);
  assert.equal(call.length, 60);
  assert.equal(call.roomName, "r");
  assert.equal(call.at(-0.001), null);
  assert.equal(call.at(0).duration, 0);
  assert.equal(call.at(59.999).duration, 59);
  assert.equal(call.at(60), null);
  assert.equal(call.insightsAt(60), null);
  assert.deepEqual(call.at(2.4).transcript, []);
  assert.deepEqual(call.at(2.5).transcript, [{ role: "agent", content: "Hello" }]);
});

test("now goes on from where the timeline was, by the clock", () => {
  let now = 1000;
  const call = createCall(timeline, { clock: () => now });
  assert.equal(call.now().duration, 5);
  now += 3000;
  assert.equal(call.elapsed(), 8);
  assert.deepEqual(call.now(), call.at(8));
  now += 52_000;
  assert.equal(call.now(), null);
  assert.equal(createCall(timeline, { clock: () => now, began: now - 30_000 }).now().duration, 30);
});

test("what a page does to a body changes no other one", () => {
  const call = createCall(timeline);
  call.at(5).tags.push("b");
  call.at(5).transcript[0].content = "";
  assert.deepEqual(call.at(5).tags, ["a"]);
  assert.equal(call.at(5).transcript[0].content, "Hello");
});

test("a call can begin at another instant, and everybody joins with it", () => {
  const later = begunAt(timeline, START + 3_600_000);
  const call = createCall(later);
  for (const at of [0.5, 10]) {
    assert.equal(call.at(at).participants[0].joinedAt, "2024-06-01T11:00:00.000Z");
    assert.equal(createCall(timeline).at(at).participants[0].joinedAt, "2024-06-01T10:00:00.000Z");
  }
});

test("a person has been asked for, and the topic is known", () => {
  const call = createCall(timeline);
  assert.equal(call.transferRequestedAt(19.9), false);
  assert.equal(call.transferRequestedAt(20), true);
  assert.equal(createCall({ ...timeline, transfer: null }).transferRequestedAt(50), false);
  assert.equal(call.transferRequestedAt(timeline.length), null);
  assert.throws(() => call.topicAt(NaN), /NaN is not a number of seconds/);
  assert.equal(call.topicAt(0), "billing");
  const topics = ["billing", "refund"].map((name, index) => ({ at: index * 30, name }));
  assert.deepEqual(
    [-1, 0, 29.9, 30, 900].map((at) => createCall({ ...timeline, topics }).topicAt(at)),
    [null, "billing", "billing", "refund", null],
  );
  assert.equal(createCall({ ...timeline, topics: [] }).topicAt(9), null);
});

test("what cannot be played is refused in one line", () => {
  const refused = (one) => {
    try {
      createCall(one);
    } catch (error) {
      return error.message;
    }
  };
  assert.match(
    refused({ ...timeline, version: 2 }),
    /^This timeline has version 2: active-calls \S+ reads version 1, as/,
  );
  assert.match(refused({ ...timeline, version: "1\n" }), /^This timeline has version "1\\n": [^\n]*$/);
  for (const none of [undefined, null, {}, { error: { code: "not_found" } }]) {
    assert.match(refused(none), /^This is no timeline: /);
  }
  assert.match(
    refused({ version: 1, scenario: "503", answers: { endCall: {} } }),
    /^The scenario 503 answers with an /,
  );
  assert.throws(() => begunAt({ version: 2 }, 0), /version 2/);
  assert.throws(() => createCall(timeline).at("12"), /12 is not a number of seconds/);
  assert.throws(() => createCall(timeline).at(NaN), TypeError);
});

test("of a damaged timeline it is said what is wrong with it", () => {
  const [line] = timeline.lines;
  const { lines: _, ...without } = timeline;
  for (const [damaged, words] of [
    [without, "lines is no list"],
    [{ ...timeline, fields: undefined }, "fields is no list"],
    [{ ...timeline, fields: [] }, "fields is empty"],
    [{ ...timeline, participants: null }, "participants is no list"],
    [{ ...timeline, length: "60" }, "length is no number"],
    [{ ...timeline, transfer: undefined }, "transfer is no number or null"],
    [{ ...timeline, started: "soon" }, "started is no instant"],
    [{ ...timeline, lines: [line, { role: "agent" }] }, "lines[1] has no at"],
    [{ ...timeline, earlier: [null] }, "earlier[0] has no until"],
  ]) {
    const told = { name: "Error", message: `This timeline is damaged: ${words}.` };
    assert.throws(() => createCall(damaged), told);
    assert.throws(() => begunAt(damaged, START), told);
    assert.throws(() => new Api([damaged]), told);
  }
});
