// Directs the active-calls mock from Playwright's tests: each test has a workspace of its own.
// Written by `active-calls-mock --playwright-fixture`. To renew it, run that again.

import { test as base } from "@playwright/test";

export { expect } from "@playwright/test";

async function send(method, url, content) {
  const headers = content && { "content-type": "application/json" };
  const response = await fetch(url, { method, headers, body: content && JSON.stringify(content) });
  const text = await response.text();
  if (response.ok) return text ? JSON.parse(text) : undefined;
  let message = text;
  try {
    message = JSON.parse(text).error.message;
  } catch {
    // This is no answer of the mock's.
  }
  throw new Error(`${method} ${new URL(url).pathname} is refused with ${response.status}: ${message}`);
}

const direction = (scenario, more) => (typeof scenario === "string" ? { ...more, scenario } : scenario);

class Room {
  constructor(url) {
    this.url = url;
  }
  play(scenario, more) {
    return send("PUT", this.url, direction(scenario, more));
  }
  get() {
    return send("GET", this.url);
  }
  forget() {
    return send("DELETE", this.url);
  }
  start(options) {
    return this.#happen({ ...options, type: "start" });
  }
  end(options) {
    return this.#happen({ ...options, type: "end" });
  }
  say(role, content, options) {
    return this.#happen({ ...options, type: "say", role, content });
  }
  join(identity, options) {
    return this.#happen({ ...options, type: "join", identity });
  }
  leave(identity, options) {
    return this.#happen({ ...options, type: "leave", identity });
  }
  mute(identity, options) {
    return this.#happen({ ...options, type: "mute", identity });
  }
  sentiment(value, options) {
    return this.#happen({ ...options, type: "sentiment", value });
  }
  async #happen(event) {
    await send("POST", `${this.url}/events`, event);
  }
}

class Clock {
  constructor(url) {
    this.url = url;
  }
  now() {
    return this.#shown("GET");
  }
  freeze(instant) {
    return this.#shown("PUT", { freeze: instant });
  }
  advance(seconds) {
    return this.#shown("PUT", { advance: seconds });
  }
  scale(factor) {
    return this.#shown("PUT", { scale: factor });
  }
  reset() {
    return this.#shown("DELETE");
  }
  async #shown(method, turn) {
    return (await send(method, this.url, turn)).now;
  }
}

export class Workspace {
  #path;
  constructor(url, workspace) {
    this.url = url.replace(/\/$/, "");
    this.workspace = workspace;
    this.#path = `${this.url}/_mock/workspaces/${encodeURIComponent(workspace)}`;
    this.clock = new Clock(`${this.#path}/clock`);
  }
  room(name) {
    return new Room(`${this.#path}/rooms/${encodeURIComponent(name)}`);
  }
  async play(scenario, more) {
    await send("PUT", `${this.#path}/rooms`, direction(scenario, more));
  }
  async requests(filters) {
    const query = new URLSearchParams({ limit: "1000", ...filters, workspace: this.workspace });
    return (await send("GET", `${this.url}/_mock/requests?${query}`)).requests.reverse();
  }
  forget() {
    return send("DELETE", this.#path);
  }
}

// It follows from the test, so that a room has the same call in every run.
function nameOf({ title, testId }) {
  return `${title.replace(/[^a-z0-9]+/gi, "-").slice(0, 40)}-${testId.slice(-20)}`;
}

export const test = base.extend({
  activeCallsURL: ["http://127.0.0.1:4010", { option: true }],

  activeCalls: async ({ activeCallsURL }, use, testInfo) => {
    const workspace = new Workspace(activeCallsURL, nameOf(testInfo));
    await workspace.forget(); // what a worker that crashed has left there
    await use(workspace);
    await workspace.forget();
  },

  // The browser names the workspace, so that the application need not know it.
  extraHTTPHeaders: async ({ extraHTTPHeaders, activeCalls }, use) => {
    await use({ ...extraHTTPHeaders, "x-workspace-id": activeCalls.workspace });
  },
});
