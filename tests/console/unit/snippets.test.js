import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { SNIPPETS } from "../../../mockserver/console/snippets.js";

const AWKWARD = `it's "quoted" $HOME \`id\` \\ 100%`;
const REQUEST = {
  url: "http://127.0.0.1:4010/v2/api/active-calls/it%27s",
  headers: { "x-workspace-id": AWKWARD },
  keyed: false,
};

test("a shell hands curl exactly what was meant", () => {
  const line = SNIPPETS.curl({ ...REQUEST, keyed: true });
  // In place of curl, a function that prints its arguments one a line.
  const printed = execFileSync("sh", ["-c", `curl() { printf '%s\\n' "$@"; }\n${line}`], {
    env: { ...process.env, API_KEY: "k-1" },
    encoding: "utf8",
  });
  assert.deepEqual(printed.trimEnd().split("\n"), [
    "-s",
    "-H",
    `x-workspace-id: ${AWKWARD}`,
    "-H",
    "x-api-key: k-1",
    REQUEST.url,
  ]);
});

test("a shell hands curl a method and a body where there are some", () => {
  const body = { participantIdentity: AWKWARD };
  const line = SNIPPETS.curl({ ...REQUEST, method: "POST", body });
  const printed = execFileSync("sh", ["-c", `curl() { printf '%s\\0' "$@"; }\n${line}`], { encoding: "utf8" });
  assert.deepEqual(printed.split("\0").slice(0, -1), [
    "-s",
    "-X",
    "POST",
    "-H",
    `x-workspace-id: ${AWKWARD}`,
    "-H",
    "content-type: application/json",
    "-d",
    JSON.stringify(body),
    REQUEST.url,
  ]);
});

test("fetch is called with what was meant", async () => {
  const asked = [];
  const fetch = async (url, { headers }) => {
    asked.push({ url, headers });
    return { json: async () => ({}) };
  };
  const AsyncFunction = (async () => {}).constructor;
  const code = SNIPPETS.fetch({ ...REQUEST, keyed: true });
  await new AsyncFunction("fetch", "API_KEY", code)(fetch, "k-1");
  assert.deepEqual(asked, [{ url: REQUEST.url, headers: { ...REQUEST.headers, "x-api-key": "k-1" } }]);
});

test("a key comes from the environment or a name, and only where one is needed", () => {
  for (const [kind, made] of Object.entries(SNIPPETS)) {
    assert.match(made({ ...REQUEST, keyed: true }), /x-api-key.*API_KEY/, kind);
    assert.doesNotMatch(made(REQUEST), /api.key/i, kind);
  }
  assert.match(SNIPPETS["Python httpx"]({ ...REQUEST, keyed: true }), /^import os\n\nimport httpx\n/);
  assert.match(SNIPPETS["Python httpx"](REQUEST), /^import httpx\n/);
});
