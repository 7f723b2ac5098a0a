import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

globalThis.sessionStorage = {};
const { COMMANDS, requestOf, runs, told } = await import("../../../mockserver/console/commands.js");
const { COMMAND_SNIPPETS } = await import("../../../mockserver/console/snippets.js");

const NOTHING = { room: "a/b'", scenario: "", code: "", at: "", times: "", starts: false };

test("names are one segment of the path each", () => {
  assert.deepEqual(requestOf("back", "w/1", NOTHING), {
    method: "DELETE",
    path: "workspaces/w%2F1/rooms/a%2Fb%27",
    body: undefined,
  });
  assert.equal(requestOf("reset", "w", NOTHING).path, "workspaces/w");
});

test("a direction says what was filled in, and for how many requests", () => {
  const body = (fields) => requestOf("play", "w", { ...NOTHING, ...fields }).body;
  assert.deepEqual(body({}), {});
  assert.deepEqual(body({ scenario: "ending", starts: true }), { scenario: "ending", starts: "now" });
  assert.deepEqual(body({ code: "503", times: "2" }), { steps: [{ code: 503, times: 2 }, {}] });
  assert.deepEqual(body({ at: "0", times: "1", starts: true }), { steps: [{ at: 0, times: 1 }, {}], starts: "now" });
});

test("an event has its own fields and no others", () => {
  const values = { ...NOTHING, role: "agent", content: "", identity: "x", isAgent: true, value: "v" };
  const bodies = ["say", "join", "leave", "sentiment", "end"].map((name) => requestOf(name, "w", values).body);
  assert.deepEqual(bodies, [
    { type: "say", role: "agent", content: "" },
    { type: "join", identity: "x", isAgent: true },
    { type: "leave", identity: "x" },
    { type: "sentiment", value: "v" },
    { type: "end" },
  ]);
});

test("each command can be had as code that says the same", async () => {
  const awkward = `it's "$HOME" \`id\` \\ \n {@}`;
  const values = {
    ...NOTHING,
    role: awkward,
    content: awkward,
    identity: awkward,
    value: awkward,
    freeze: awkward,
    isAgent: false,
  };
  const AsyncFunction = (async () => {}).constructor;
  for (const name of Object.keys(COMMANDS)) {
    const { method, path, body } = requestOf(name, "w", { ...values, advance: "1", scale: "2" });
    const asked = { method, url: `http://127.0.0.1/_mock/${path}`, body };
    const line = COMMAND_SNIPPETS.curl(asked);
    const printed = execFileSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }\n${line}`], { encoding: "utf8" });
    const data = body === undefined ? [] : ["-d", JSON.stringify(body)];
    assert.deepEqual(printed.split("\0").slice(0, -1), ["-X", method, asked.url, ...data]);
    const sent = [];
    const verb = (kind) => async (url, options) => sent.push({ method: kind, url, body: options?.data });
    const request = { put: verb("PUT"), post: verb("POST"), delete: verb("DELETE") };
    await new AsyncFunction("request", COMMAND_SNIPPETS.Playwright(asked))(request);
    assert.deepEqual(sent, [asked]);
  }
});

test("what holds is said in words", () => {
  assert.equal(told({ from: "name", step: null, steps: [] }), "does what its name says");
  assert.equal(told({ from: "room", step: 0, steps: [{ code: 503 }] }), '{"code":503}');
  const steps = [{ code: 503, times: 1 }, {}];
  assert.equal(told({ from: "room", step: 1, steps }), "what its name says, step 2 of 2");
  assert.match(told({ from: "workspace", step: 0, steps }), /^as the whole workspace was told: .*503/);
  assert.deepEqual(
    [0, 1, 0.5].map((scale) => runs({ scale }, false)),
    ["stands still", "at the mock's pace", "0.5 times as fast as the mock's"],
  );
  assert.equal(runs({ scale: 1 }, true), "stands still");
});
