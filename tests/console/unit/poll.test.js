import assert from "node:assert/strict";
import { test } from "node:test";

import { Allowance, Poller } from "../../../mockserver/console/poll.js";

/** Take as often as is allowed; return how often that was. */
function taken(allowance) {
  let count = 0;
  while (count < 1000 && allowance.take()) count += 1;
  return count;
}

test("half of a rate limit is spent, and comes back by the clock", (t) => {
  let now = 5000;
  t.mock.method(performance, "now", () => now);
  const allowance = new Allowance({ requests: 60, seconds: 60 });
  assert.equal(taken(allowance), 30);
  now += 1999; // one comes back each two seconds
  assert.equal(taken(allowance), 0);
  now += 1;
  assert.equal(taken(allowance), 1);
  now += 3_600_000;
  assert.equal(taken(allowance), 30);
});

test("part of a refill is not lost", (t) => {
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const allowance = new Allowance({ requests: 2, seconds: 10 });
  assert.equal(taken(allowance), 1);
  now = 15_000; // one and a half
  assert.equal(taken(allowance), 1);
  now = 20_000;
  assert.equal(taken(allowance), 1);
});

test("the smallest limit leaves one request, and no limit all of them", () => {
  assert.equal(new Allowance({ requests: 1, seconds: 1 }).most, 1);
  assert.equal(taken(new Allowance(null)), 1000);
});

/** A poller that turns only when it is told to, and the clock that it goes by. */
function stillPoller(t) {
  const clock = { now: 0 };
  t.mock.method(performance, "now", () => clock.now);
  t.mock.timers.enable({ apis: ["setInterval"] });
  globalThis.document = { hidden: false, addEventListener: () => {} };
  const states = [];
  const poller = new Poller({ allowance: new Allowance(null), changed: (...state) => states.push(state) });
  t.after(() => {
    poller.close();
    delete globalThis.document;
  });
  /** So many milliseconds later, ask for what is due, and hear the answers. */
  const pass = async (milliseconds) => {
    clock.now += milliseconds;
    poller.turn();
    await new Promise((heard) => setImmediate(heard));
  };
  return { poller, states, pass };
}

test("each thing is asked for when it is due, at a pace that can change", async (t) => {
  const { poller, pass } = stillPoller(t);
  const heard = [];
  const ask = async () => ({ kind: "call" });
  poller.add("slow", { every: 1000, ask, answered: () => heard.push("slow") });
  poller.add("fast", { every: 400, ask, answered: () => (heard.push("fast"), poller.pace("fast", 2000)) });
  await pass(0);
  await pass(400);
  await pass(600);
  assert.deepEqual(heard, ["slow", "fast", "fast", "slow"]);
  assert.deepEqual([poller.has("slow"), poller.has("other")], [true, false]);
  await pass(1399);
  assert.deepEqual(heard.slice(4), ["slow"]);
  await pass(1);
  assert.deepEqual(heard.slice(5), ["fast"]);
});

test("what has changed is asked for at once, and never twice at the same time", async (t) => {
  const { poller, pass } = stillPoller(t);
  const heard = [];
  let answer;
  const ask = () => new Promise((resolve) => (answer = () => resolve({ kind: "call" })));
  poller.add("call", { every: 5000, ask, answered: () => heard.push("call") });
  answer();
  await pass(0);
  answer = null;
  poller.hasten("call");
  const first = answer;
  poller.hasten("call");
  assert.equal(answer, first);
  first();
  await pass(0);
  assert.notEqual(answer, first);
  answer();
  await pass(0);
  assert.equal(heard.length, 3);
  answer = null;
  await pass(4999);
  assert.equal(answer, null);
  poller.hasten("nobody");
});

test("nothing is asked for while the page is hidden", async (t) => {
  const { poller, pass } = stillPoller(t);
  const heard = [];
  globalThis.document.hidden = true;
  poller.add("call", { every: 1000, ask: async () => ({ kind: "call" }), answered: () => heard.push("call") });
  await pass(5000);
  assert.deepEqual(heard, []);
  globalThis.document.hidden = false;
  await pass(0);
  assert.deepEqual(heard, ["call"]);
});

test("a limit holds up everything, unless it is that of one room alone", async (t) => {
  const { poller, states, pass } = stillPoller(t);
  const heard = [];
  let kind = "limited";
  poller.add("room", {
    every: 100,
    ask: async () => ({ kind: "limited", wait: 9 }),
    answered: () => heard.push("room"),
    alone: true,
  });
  await pass(0);
  assert.deepEqual(states, []);
  poller.add("list", { every: 100, ask: async () => ({ kind, wait: 3 }), answered: () => heard.push("list") });
  await pass(0);
  assert.deepEqual(states, [["limited", 3]]);
  kind = "call";
  await pass(2999);
  assert.deepEqual(heard, ["room", "list"]);
  await pass(1);
  assert.deepEqual(states.at(-1), ["live", 0]);
  assert.ok(heard.filter((name) => name === "list").length > 1);
});

test("nobody is told an answer about what is no longer polled", async (t) => {
  const { poller, pass } = stillPoller(t);
  const heard = [];
  let answer;
  const ask = () => new Promise((resolve) => (answer = resolve));
  poller.add("room", { every: 100, ask, answered: () => heard.push("room") });
  poller.remove("room");
  answer({ kind: "call" });
  await pass(0);
  assert.deepEqual(heard, []);
});
