import assert from "node:assert/strict";
import { test } from "node:test";

import { endingOf, isOver, lastMoment, playable, position } from "../../../mockserver/console/whole.js";

const STARTED = "2024-06-01T10:00:00.000Z";
const whole = (length) => ({ started: STARTED, length });

test("the last moment of a call is the last whole second before its end", () => {
  assert.deepEqual([0, 0.4, 1, 170, 170.26].map(whole).map(lastMoment), [0, 0, 0, 169, 170]);
});

test("a call is over from its end on, by the workspace's clock, once both are known", () => {
  const over = (now, length = 170.26) => isOver(whole(length), now === null ? null : { now });
  assert.equal(over("2024-06-01T10:02:50.259Z"), false);
  assert.equal(over("2024-06-01T10:02:50.260Z"), true);
  assert.equal(over("2024-06-01T09:00:00.000Z"), false);
  assert.equal(over(null), false);
  assert.equal(isOver(null, { now: STARTED }), false);
});

test("an end is told by the time of day, and by how long the call was", () => {
  const local = { started: new Date(2024, 5, 1, 10, 0, 0).toISOString(), length: 170.26 };
  assert.equal(endingOf(local), "at 10:02:50, after 2:50");
});

test("a call whose operations answer otherwise than the call says cannot be played", () => {
  assert.equal(playable(null), null);
  assert.equal(playable({ errors: [{ at: 5 }], answers: {} }), null);
  assert.equal(playable({ errors: [], answers: { getActiveCall: { status: 503 } } }), null);
});

test("how far a call is goes on with the clock, until its end, and is told as what it is", () => {
  const timeline = whole(170.26);
  const page = { at: null, body: { duration: 100 }, running: true, since: 5000, timeline, over: null };
  const at = (changes, now = 7000) => Object.values(position({ ...page, ...changes }, 2, now));
  assert.deepEqual(at({}), [104, 104, "now, 1:44"]);
  assert.deepEqual(at({}, 99_000), [170.26, 170, "now, 2:50"]);
  assert.deepEqual(at({ running: false }), [100, 100, "last seen at 1:40"]);
  assert.deepEqual(at({ running: false, over: timeline }), [170.26, 170, "ended at 2:50"]);
  assert.deepEqual(at({ running: false, over: whole(180), timeline: whole(180) }), [180, 179, "ended at 3:00"]);
  assert.deepEqual(at({ at: 30 }), [30, 30, "at 0:30"]);
  assert.deepEqual(at({ at: 500, running: false }), [170.26, 170, "at 2:50"]);
  assert.deepEqual(at({ at: 500, timeline: null }), [100, 100, "at 1:40"]); // the answer's own
  assert.deepEqual(at({ timeline: null }), [104, 104, "now, 1:44"]);
});
