import assert from "node:assert/strict";
import { test } from "node:test";

import { InsightsFeed, lineOf, toldIn } from "../../../mockserver/console/insights.js";

const BODY = { id: "a", duration: 5, sentiment: "neutral", transcript: [] };
const told = (json) => ({ kind: "call", status: 200, json });

/** A poller that only notes what it shall poll. */
function notingPoller() {
  const polled = new Map();
  const [added, hastened] = [[], []];
  return {
    added,
    hastened,
    polled,
    hasten: (key) => hastened.push(key),
    add: (key, entry) => (polled.set(key, entry), added.push(entry.every)),
    remove: (key) => polled.delete(key),
    has: (key) => polled.has(key),
  };
}

test("all that is told is shown, in the order of the answer, and what is null is left out", () => {
  const json = { sentiment: "glad", topics: [], summary: "They talk.", suggestions: ["Wait"], more: { by: 1 } };
  assert.deepEqual(toldIn(json), [
    ["sentiment", "glad"],
    ["topics", []],
    ["summary", "They talk."],
    ["suggestions", ["Wait"]],
    ["more", '{"by":1}'],
  ]);
  assert.deepEqual(toldIn({ sentiment: null, topics: "one text", summary: 7, suggestions: [1, {}] }), [
    ["topics", "one text"],
    ["summary", "7"],
    ["suggestions", ["1", "{}"]],
  ]);
  for (const nothing of [null, "text", [], {}]) assert.deepEqual(toldIn(nothing), []);
});

test("one line says why there is nothing to show, and none where there is something", () => {
  assert.equal(lineOf(told({ sentiment: "neutral", topics: [], summary: "Hush.", suggestions: [] })), "");
  const none = "The API has no insights into this call.";
  assert.equal(lineOf(told({ sentiment: "neutral", topics: [], summary: "", suggestions: [] })), none);
  assert.equal(lineOf(told([])), none);
  const forbidden = { kind: "error", status: 403, json: { error: { message: "Not for you." } } };
  assert.equal(lineOf(forbidden), "403: Not for you.");
  assert.equal(lineOf({ kind: "limited", status: 429, json: null }), "429: Status 429");
  assert.equal(lineOf({ kind: "spoilt", status: 200, complete: false }), "200: The body was cut off");
  assert.equal(lineOf({ kind: "late" }), "No answer in time");
});

test("insights are asked for at once when the call has changed, and not as its clock goes on", () => {
  const poller = notingPoller();
  const feed = new InsightsFeed({ poller, ask: () => null, answered: () => {} });
  feed.follow(BODY, "");
  feed.follow({ ...BODY, duration: 6 }, "");
  assert.deepEqual(poller.added, [5000]);
  feed.follow({ ...BODY, duration: 7, transcript: [{ role: "agent", content: "Hello." }] }, "");
  assert.deepEqual([poller.added.length, poller.hastened], [1, [feed]]);
  feed.follow(BODY, "at=5, call=1");
  assert.deepEqual(poller.added, [5000, 3_600_000]);
});

test("a moment is asked for once, with its preference, and nothing once the call is over", () => {
  const poller = notingPoller();
  const asked = [];
  const feed = new InsightsFeed({ poller, ask: ({ prefer }) => asked.push(prefer), answered: () => {} });
  feed.follow(BODY, "at=5, call=1");
  feed.follow(BODY, "at=5, call=1");
  assert.deepEqual(poller.added, [3_600_000]);
  poller.polled.get(feed).ask();
  assert.deepEqual(asked, ["at=5, call=1"]);
  feed.stop();
  assert.equal(poller.polled.size, 0);
  feed.follow(BODY, "at=5, call=1");
  assert.equal(poller.added.length, 2);
});
