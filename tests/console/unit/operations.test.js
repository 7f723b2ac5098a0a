import assert from "node:assert/strict";
import { test } from "node:test";

import { operationFor, operationsOf } from "../../../mockserver/console/operations.js";

const PATHS = {
  "/v2/calls": { get: { operationId: "list", summary: "All calls" }, parameters: [] },
  "/v2/calls/{room}": { get: { operationId: "one" } },
  "/v2/calls/{room}/end.it": { post: { operationId: "end" }, get: {} },
};

const meant = (method, path) => operationFor(operationsOf({ paths: PATHS }), { method, path })?.id ?? null;

test("a request is for the operation of its method and path", () => {
  assert.equal(meant("GET", "/v2/calls"), "list");
  assert.equal(meant("GET", "/v2/calls/a%2Fb+(c)"), "one");
  assert.equal(meant("POST", "/v2/calls/a/end.it"), "end");
  assert.equal(meant("HEAD", "/v2/calls/a"), "one");
});

test("what is in no contract is for none", () => {
  for (const [method, path] of [
    ["POST", "/v2/calls"],
    ["GET", "/v2/calls/"],
    ["GET", "/v2/calls/a/b"],
    ["POST", "/v2/calls/a/endXit"],
    ["GET", "/v2/calls/a/end.it"],
    ["GET", "/x/v2/calls"],
    ["OPTIONS", "/v2/calls"],
  ])
    assert.equal(meant(method, path), null, `${method} ${path}`);
});

test("an operation has what the contract calls it", () => {
  assert.deepEqual(
    operationsOf({ paths: PATHS }).map(({ id, summary, method }) => [id, summary, method]),
    [
      ["list", "All calls", "GET"],
      ["one", "", "GET"],
      ["end", "", "POST"],
    ],
  );
});
