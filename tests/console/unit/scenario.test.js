import assert from "node:assert/strict";
import { test } from "node:test";

import { asScenario, flow, nameFrom } from "../../../mockserver/console/scenario.js";

test("a name is one that scenarios can have, whatever the room is called", () => {
  for (const room of ["call-abc123", "Zoë/Müller", "--", "\u{1f600}", "x".repeat(300), `${"y".repeat(50)}--z`]) {
    assert.match(nameFrom(room), /^[a-z0-9]+(-[a-z0-9]+)*$/, room);
    assert.ok(nameFrom(room).length <= 60, room);
  }
  assert.equal(nameFrom("Call 7"), "copy-of-call-7");
});

test("what YAML would read otherwise is put in quotes", () => {
  assert.equal(
    flow({ on: "no", "a b": [1e21, 1.5e-7, null, true] }),
    '{"on": "no", "a b": [1.0e+21, 1.5e-7, null, true]}',
  );
  assert.equal(flow("\u0085\u2028\ufeff\u007f"), '"\\u0085\\u2028\\ufeff\\u007f"');
  assert.equal(flow({ left: undefined, plain: "é" }), '{plain: "é"}');
});

test("who came and left at once was never there, and a long call is partly over when it begins", () => {
  const body = { roomName: "r", duration: 1.25, customerName: null };
  const ghost = { joins: 5, leaves: 5, identity: "ghost" };
  const timeline = { started: "now", length: 90_000, lines: [], sentiment: [], participants: [ghost] };
  const made = asScenario(body, timeline);
  assert.doesNotMatch(made, /ghost|participants|omit/);
  assert.match(made, /schedule: \{live: 86400, lead: 3600\}\n {4}decimals: 2\n/);
  assert.match(made, /customerName: null/);
  assert.match(asScenario({ roomName: "r", duration: 1 }, timeline), /omit: \[customerName\]/);
});
