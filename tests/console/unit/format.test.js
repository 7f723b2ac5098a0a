import assert from "node:assert/strict";
import { test } from "node:test";

import {
  bytes,
  caller,
  clock,
  milliseconds,
  plural,
  pretty,
  timeOfDay,
  tone,
  words,
} from "../../../mockserver/console/format.js";

test("seconds are written as a clock, with hours where there are any", () => {
  const written = [-3, 0, 9.99, 145, 3599, 3600, 3745.5, 360_000].map(clock);
  assert.deepEqual(written, ["0:00", "0:00", "0:09", "2:25", "59:59", "1:00:00", "1:02:25", "100:00:00"]);
});

test("an instant is the local time of day; what is none stays as it is", () => {
  const local = new Date(2024, 5, 1, 7, 5, 9, 42).toISOString();
  assert.equal(timeOfDay(local), "07:05:09");
  assert.equal(timeOfDay(local, true), "07:05:09.042");
  assert.equal(timeOfDay("yesterday"), "yesterday");
  assert.equal(timeOfDay(undefined), "undefined");
});

test("sizes and times have a unit, and no more digits than say something", () => {
  assert.deepEqual([0, 1023, 1024, 1536].map(bytes), ["0 B", "1023 B", "1.0 KB", "1.5 KB"]);
  assert.deepEqual([0.04, 9.94, 10, 9999, 12_345].map(milliseconds), [
    "0.0 ms",
    "9.9 ms",
    "10 ms",
    "9999 ms",
    "12.3 s",
  ]);
});

test("a caller without a name, or with something else for one, is not known", () => {
  assert.equal(caller({ customerName: "Ada Byron" }), "Ada Byron");
  for (const customerName of ["", null, undefined, 7, {}]) {
    assert.equal(caller({ customerName }), "Unknown caller");
  }
});

test("words, numbers of things, and JSON are made readable", () => {
  assert.equal(words("many-participants-here"), "many participants here");
  assert.deepEqual(
    [0, 1, 2].map((count) => plural(count, "room")),
    ["0 rooms", "1 room", "2 rooms"],
  );
  assert.equal(plural(2, "match", "matches"), "2 matches");
  assert.equal(plural(12_345, "call"), "12,345 calls");
  assert.equal(pretty('{"a":[1]}'), '{\n  "a": [\n    1\n  ]\n}');
  assert.equal(pretty('{"a":'), '{"a":');
});

test("a sentiment that the contract does not know looks neutral, whatever it is called", () => {
  assert.deepEqual(["positive", "neutral", "negative"].map(tone), ["positive", "neutral", "negative"]);
  assert.deepEqual(["furious", "toString", "__proto__", "", undefined].map(tone), Array(5).fill("neutral"));
});
