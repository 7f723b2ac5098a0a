import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import {
  askCall,
  askCalls,
  askInsights,
  BASE,
  callPath,
  commandCall,
  commandPath,
  complaint,
  encoded,
  preferHeader,
  unaskable,
} from "../../../mockserver/console/api.js";

const kept = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = kept;
  delete globalThis.sessionStorage;
});

/** Ask for a call that is answered so. */
async function asked(body, status = 200, headers = {}) {
  globalThis.sessionStorage = { getItem: () => null };
  globalThis.fetch = async () => new Response(body, { status, headers });
  return askCall({ workspace: "ws-acme", room: "call-abc123" });
}

test("a room's name is one segment of the path, whatever is in it", () => {
  assert.equal(callPath("a/b c"), `${BASE.pathname}v2/api/active-calls/a%2Fb%20c`);
  assert.equal(callPath("call-_+1415_Ab"), `${BASE.pathname}v2/api/active-calls/call-_%2B1415_Ab`);
  assert.equal(commandPath("a/b", "end-call"), `${BASE.pathname}v2/api/active-calls/a%2Fb/end-call`);
  assert.equal(encoded("it's (1)*!"), "it%27s%20%281%29%2A%21");
  assert.equal(decodeURIComponent(encoded("Zoë \u{1f600} %2F")), "Zoë \u{1f600} %2F");
});

test("rooms that a browser cannot ask for are named as such", () => {
  assert.deepEqual(["", ".", ".."].map(unaskable).filter(Boolean).length, 3);
  assert.deepEqual(["...", "a.b", "/"].map(unaskable), [null, null, null]);
});

test("preferences that are not stated are left out of the header, and zero is one", () => {
  assert.equal(preferHeader({ scenario: "", at: 0, code: null, seed: undefined, delay: 200 }), "at=0, delay=200");
  assert.equal(preferHeader({}), "");
});

test("an answer is told by its status and its body", async () => {
  assert.equal((await asked('{"id":"a"}')).kind, "call");
  assert.equal((await asked('{"id":')).kind, "spoilt");
  assert.equal((await asked("null")).kind, "spoilt");
  assert.equal((await asked('{"error":{"message":"no"}}', 404)).kind, "error");
});

test("a limit says for how long; without a usable Retry-After that is five seconds", async () => {
  for (const [retry, wait] of [
    ["7", 7],
    ["0", 1],
    ["soon", 5],
  ]) {
    const answer = await asked("{}", 429, { "retry-after": retry });
    assert.deepEqual([answer.kind, answer.wait], ["limited", wait], retry);
  }
  assert.equal((await asked("{}", 429)).wait, 5);
});

test("what is no call is complained of in one line", () => {
  const lines = [
    { kind: "unreachable" },
    { kind: "late" },
    { kind: "spoilt", complete: true },
    { kind: "spoilt", complete: false },
    { kind: "error", status: 404, json: { error: { message: "no such room" } } },
    { kind: "error", status: 502, json: { error: "gateway" } },
    { kind: "error", status: 500 },
  ].map(complaint);
  assert.deepEqual(lines, [
    "No answer",
    "No answer in time",
    "The body is not the JSON that it should be",
    "The body was cut off",
    "no such room",
    "Status 502",
    "Status 500",
  ]);
});

test("a list is one that has calls, and nothing else", async () => {
  globalThis.sessionStorage = { getItem: () => null };
  const kinds = [];
  for (const body of ['{"data":[]}', '{"data":{}}', "{}", "[]", "null"]) {
    globalThis.fetch = async () => new Response(body);
    kinds.push((await askCalls({ workspace: "w" })).kind);
  }
  assert.deepEqual(kinds, ["call", "spoilt", "spoilt", "spoilt", "spoilt"]);
});

test("insights are asked for like the call, marked as the console's", async () => {
  const sent = [];
  globalThis.sessionStorage = { getItem: () => "k" };
  globalThis.fetch = async (path, { method, headers }) => {
    sent.push([path, method, headers]);
    return new Response("{}");
  };
  await askInsights({ workspace: "w", room: "a/b", prefer: "at=5" });
  const headers = { "x-mock-console": "1", "x-workspace-id": "w", prefer: "at=5", "x-api-key": "k" };
  assert.deepEqual(sent, [[`${callPath("a/b")}/insights`, "GET", headers]]);
});

test("a command is a POST that is marked as the console's, with a body only where it has one", async () => {
  const sent = [];
  globalThis.sessionStorage = { getItem: () => "k" };
  globalThis.fetch = async (path, { method, headers, body }) => {
    sent.push([path, method, headers, body]);
    return new Response("{}");
  };
  await commandCall({ workspace: "w", room: "r", command: "end-call" });
  await commandCall({ workspace: "w", room: "r", command: "remove-agent", body: { participantIdentity: "a" } });
  const headers = { "x-mock-console": "1", "x-workspace-id": "w", "x-api-key": "k" };
  assert.deepEqual(sent, [
    [commandPath("r", "end-call"), "POST", headers, undefined],
    [
      commandPath("r", "remove-agent"),
      "POST",
      { ...headers, "content-type": "application/json" },
      '{"participantIdentity":"a"}',
    ],
  ]);
});
