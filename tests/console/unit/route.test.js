import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { current, fragment, go, momentIn, note } from "../../../mockserver/console/route.js";

const at = (hash) => {
  globalThis.location = { hash };
  return current();
};

afterEach(() => {
  delete globalThis.location;
  delete globalThis.history;
});

test("an address names a view and its parameters", () => {
  assert.deepEqual(at("#/call?workspace=ws-acme&room=a%2Fb"), {
    view: "call",
    params: { workspace: "ws-acme", room: "a/b" },
  });
});

test("no view, or one that does not exist, is the calls", () => {
  for (const hash of ["", "#", "#/", "#/nothing", "#/__proto__", "#/Call"]) {
    assert.deepEqual(at(hash), { view: "calls", params: {} }, hash);
  }
  assert.deepEqual(at("#/nothing?a=1"), { view: "calls", params: { a: "1" } });
});

test("what is written is read again, whatever the room is called", () => {
  const params = { workspace: "a&b=c?d#e", room: "Zoë 100% + \u{1f600}" };
  assert.deepEqual(at(fragment("state", params)), { view: "state", params });
});

test("empty parameters are left out, and zero is not empty", () => {
  assert.equal(fragment("call", { room: "", at: undefined, code: null }), "#/call");
  assert.equal(fragment("call", { at: 0 }), "#/call?at=0");
});

test("a moment is a plain number of seconds", () => {
  assert.deepEqual(
    ["0", "145", "2.5", "999999999"].map((text) => momentIn({ at: text })),
    [0, 145, 2.5, 999_999_999],
  );
  for (const text of [undefined, "", "-1", "1e3", "1.", "0x10", "1234567890", "1.1234567", " 1"]) {
    assert.equal(momentIn({ at: text }), null, String(text));
  }
});

test("going to a view is a step in the history, noting its state is none", () => {
  const replaced = [];
  globalThis.location = { hash: "" };
  globalThis.history = { replaceState: (...given) => replaced.push(given) };
  note("state", { room: "a" });
  assert.deepEqual([replaced, location.hash], [[[null, "", "#/state?room=a"]], ""]);
  go("call", { room: "b" });
  assert.equal(location.hash, "#/call?room=b");
});
