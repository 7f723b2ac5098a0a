import assert from "node:assert/strict";
import { test } from "node:test";

import { arranged, keyOf } from "../../../mockserver/console/board.js";
import { listedFrom, wordsOf } from "../../../mockserver/console/row.js";

test("rows have the order of the list, unless they are held", () => {
  assert.deepEqual(arranged(["a", "b", "c"], ["0", "a", "c", "d"], false), ["0", "a", "c", "d"]);
});

test("what is held keeps its place, also once it is over, and what is new comes last", () => {
  assert.deepEqual(arranged(["a", "b", "c"], ["0", "c", "a", "d"], true), ["a", "b", "c", "0", "d"]);
  assert.deepEqual(arranged([], ["b", "a"], true), ["b", "a"]);
});

test("another call in the same room has another row, and so have equal ids in two rooms", () => {
  const keys = [
    { roomName: "a", id: "1" },
    { roomName: "a", id: "2" },
    { roomName: "b", id: "1" },
    { roomName: 'a","1', id: "" },
  ].map(keyOf);
  assert.equal(new Set(keys).size, 4);
});

test("a call is found by everything that its row shows", () => {
  const call = {
    roomName: "call-_+14155550123_AbCdEfGhJkMn",
    customerName: null,
    customerPhone: "+14155550123",
    aiAgentName: "Returns Desk",
    sentiment: "negative",
    type: "web",
    lastMessage: "Put me through!",
    transferRequested: true,
  };
  const words = wordsOf(call);
  for (const text of ["_+1415", "unknown caller", "returns", "negative", "web", "put me", "transfer requested"])
    assert.ok(words.includes(text), text);
  assert.ok(!wordsOf({ ...call, transferRequested: false }).includes("transfer"));
});

test("a call that was asked for by itself is shown with its newest line", () => {
  const transcript = [{ content: "Hello." }, { content: "Hi." }];
  assert.equal(listedFrom({ id: "1", transcript }).lastMessage, "Hi.");
  assert.equal(listedFrom({ id: "1", transcript: [] }).lastMessage, null);
  assert.equal(listedFrom({ id: "1" }).lastMessage, null);
});
