import assert from "node:assert/strict";
import { test } from "node:test";

import { outcome, refusal } from "../../../mockserver/console/control.js";
import { takeover } from "../../../mockserver/console/notices.js";

const done = (json) => ({ kind: "call", status: 200, json });

test("what was done is told as the answer tells it", () => {
  const endTime = new Date(2024, 5, 1, 10, 5, 0).toISOString();
  assert.equal(outcome(done({ success: true, message: "Call ended", endTime })), "Call ended, at 10:05:00.");
  const mutedTracks = ["TR_1", "TR_2"];
  assert.equal(outcome(done({ success: true, message: "Agent muted", mutedTracks })), "Agent muted: TR_1, TR_2.");
  assert.equal(outcome(done({ success: true, mutedTracks: [] })), "Done.");
});

test("what was not done is told with the reason", () => {
  assert.equal(refusal(done({ success: true })), null);
  assert.equal(refusal(done({ success: false, message: "No." })), "No.");
  assert.equal(refusal(done({ success: false })), "It was not done.");
  const error = { kind: "error", status: 404, json: { error: { message: "No such call." } } };
  assert.equal(refusal(error), "404: No such call.");
  assert.equal(refusal({ kind: "limited", status: 429, json: {}, wait: 7 }), "429: Status 429 Ask again in 7 s.");
  assert.equal(refusal({ kind: "unreachable" }), "No answer");
});

test("who speaks for a muted agent is the last person to come, but never the customer", () => {
  const agent = (muted) => ({ identity: "agent-1", isAgent: true, metadata: muted ? { muted: true } : {} });
  const person = (identity) => ({ identity, isAgent: false, metadata: { muted: true } });
  assert.equal(takeover([agent(false), person("c")]), "");
  assert.equal(takeover([agent(true), agent(false), person("c")]), "");
  assert.equal(takeover([person("c")]), "");
  assert.equal(takeover([{ identity: "agent-1", isAgent: true }]), "");
  assert.match(takeover([agent(true), person("c")]), /Nobody has taken over yet/);
  assert.match(takeover([agent(true), person("c"), person("x"), person("human-1")]), /human-1 has taken over/);
});
