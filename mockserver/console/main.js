// Starts the console: finds out about the mock, and shows the view that the address names.

import { apiKey, askCall, askMock } from "./api.js";
import { CallView } from "./call.js";
import { CallsView } from "./calls.js";
import { DocsView } from "./docs.js";
import { h, say } from "./dom.js";
import { Allowance } from "./poll.js";
import { RequestsView } from "./requests.js";
import { current, fragment, go } from "./route.js";
import { StateView } from "./state.js";

const VIEWS = { calls: CallsView, call: CallView, state: StateView, requests: RequestsView, docs: DocsView };
const NEEDS_KEY = new Set(["calls", "call", "state"]);
const ANY_WORKSPACE = "ws-acme";
const ASK_AGAIN = 1500;

const main = document.getElementById("main");
const connectionLine = document.getElementById("connection");
const announcer = document.getElementById("announcer");
const workspaceField = document.getElementById("workspace");

const context = { about: null, scenarios: [], workspace: "", allowance: null, announce: (text) => say(announcer, text), connection };
let shown = null; // {name, view}
let countdown = 0;

/** Say how polling goes: "live", "limited" for so many seconds, or "unreachable". */
function connection(state, seconds = 0) {
  clearInterval(countdown);
  if (state === "live") {
    if (!connectionLine.hidden) context.announce("The mock answers again.");
    connectionLine.hidden = true;
    return;
  }
  const texts = {
    unreachable: () => "The mock does not answer. Trying again until it does; what you see is how it was.",
    limited: () => `Rate-limited by the mock. Asking again in ${seconds} s.`,
  };
  if (connectionLine.dataset.state !== state || connectionLine.hidden) context.announce(texts[state]());
  connectionLine.dataset.state = state;
  connectionLine.hidden = false;
  say(connectionLine, texts[state]());
  if (state !== "limited") return;
  countdown = setInterval(() => {
    seconds = Math.max(0, seconds - 1);
    say(connectionLine, texts.limited());
  }, 1000);
}

async function isKeyRight() {
  const { status } = await askCall({ workspace: context.workspace, room: "call-abc123", prefer: "example=documented" });
  return status !== 401;
}

function askForKey(wrong) {
  const field = h("input", { id: "key", type: "password", required: true, autocomplete: "off", pattern: "[!-~]+", title: "Printable ASCII, as in a header" });
  const form = h("form", { class: "panel key" }, h("h1", { tabindex: "-1" }, "This mock asks for an API key"),
    h("p", {}, "It was started with --api-key. The key stays in this tab until you close it."),
    wrong ? h("p", { class: "notice", role: "alert" }, "That is not the mock's key.") : null,
    h("div", { class: "inline" }, h("label", { for: "key" }, "x-api-key"), field, h("button", { class: "primary" }, "Use it")));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    apiKey.set(field.value);
    if (await isKeyRight()) return open(true);
    apiKey.forget();
    return askForKey(true);
  });
  main.replaceChildren(form);
  field.focus();
}

function mark(name) {
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.view === name || (name === "call" && link.dataset.view === "calls");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    link.setAttribute("href", fragment(link.dataset.view, { workspace: context.workspace }));
  }
}

/** Show what the address names; `afresh` also where the view that is open could go on. */
function open(afresh = false) {
  const { view: name, params } = current();
  const workspace = params.workspace || (context.workspace || ANY_WORKSPACE);
  const same = shown?.name === name && workspace === context.workspace;
  if (same && !afresh && shown.view.update(params) !== false) return;
  const moved = shown !== null && shown.name !== name;
  shown?.view.close();
  shown = null;
  context.workspace = workspace;
  workspaceField.value = workspace;
  connection("live");
  mark(name);
  if (context.about.apiKeyRequired && apiKey.get() === null && NEEDS_KEY.has(name)) return void askForKey(false);
  main.replaceChildren();
  shown = { name, view: new VIEWS[name](main, params, context) };
  document.title = `${shown.view.title} · Active calls mock`;
  window.scrollTo(0, 0);
  if (moved) main.querySelector("h1")?.focus({ preventScroll: true });
}

function switchWorkspace(event) {
  event.preventDefault();
  const { view, params } = current();
  go(view, { ...params, workspace: workspaceField.value });
}

async function start() {
  try {
    const [about, { scenarios }] = await Promise.all([askMock("about"), askMock("scenarios")]);
    Object.assign(context, { about, scenarios, allowance: new Allowance(about.rateLimit) });
  } catch (error) {
    if (error.status) return main.replaceChildren(h("p", { class: "notice" }, error.message));
    connection("unreachable");
    return setTimeout(start, ASK_AGAIN);
  }
  context.workspace = context.about.rooms.find(({ workspace }) => workspace)?.workspace ?? "";
  connection("live");
  open();
  addEventListener("hashchange", () => open());
  return undefined;
}

document.getElementById("workspace-form").addEventListener("submit", switchWorkspace);
document.querySelector("[data-skip]").addEventListener("click", (event) => {
  event.preventDefault(); // the fragment belongs to the views
  main.focus();
});
start();
