import assert from "node:assert/strict";
import { test } from "node:test";

import { Allowance } from "../../../mockserver/console/poll.js";

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
