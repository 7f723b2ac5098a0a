// Starts the console: finds out about the mock, and shows the view that the address names.

import { apiKey, askMock, forgetTimelines } from "./api.js";
import { CallView } from "./call.js";
import { CallsView } from "./calls.js";
import { DocsView } from "./docs.js";
import { foreign, h, say } from "./dom.js";
import { isKeyRight, keyForm } from "./key.js";
import { Allowance } from "./poll.js";
import { RequestsView } from "./requests.js";
import { current, fragment, go } from "./route.js";
import { StateView } from "./state.js";

const VIEWS = { calls: CallsView, call: CallView, state: StateView, requests: RequestsView, docs: DocsView };
const ASK_THE_API = new Set(["calls", "call", "state"]);
const ANY_WORKSPACE = "ws-acme";
const ASK_AGAIN = 1500;
const LOOK_AGAIN = 5000;

const main = document.getElementById("main");
const connectionLine = document.getElementById("connection");
const announcer = document.getElementById("announcer");
const workspaceField = document.getElementById("workspace");

const context = {
  about: null,
  scenarios: [],
  workspace: "",
  allowance: null,
  announce: (text) => say(announcer, text),
  connection,
  refused,
};
let shown = null; // {name, view}
let countdown = 0;
let proven = null; // the key that was last asked about and not found wrong

/** Say how polling goes: "live", "limited" for so many seconds, or "unreachable". */
function connection(state, seconds = 0) {
  clearInterval(countdown);
  if (state === "live") {
    if (connectionLine.hidden) return;
    connectionLine.hidden = true;
    context.announce("The mock answers again.");
    if (connectionLine.dataset.state === "unreachable") inquire();
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

function leave() {
  shown?.view.close();
  shown = null;
}

function askForKey(remark) {
  leave();
  main.replaceChildren(keyForm(context.workspace, remark, () => open(true)));
  main.querySelector("input").focus();
}

/** A room has answered 401: if it is for the key, ask for another. */
async function refused() {
  const key = apiKey.get();
  if (!context.about.apiKeyRequired || key === null || key === proven) return;
  proven = key; // one question is enough, however many rooms answer 401
  const right = await isKeyRight(context.workspace);
  if (right || key !== apiKey.get()) return;
  proven = null;
  if (right === null) return;
  apiKey.forget();
  askForKey("The key that this tab had is not the mock's.");
}

/** Look whether the mock was started again; if with other options, nothing is as it was. */
async function inquire() {
  let about, scenarios;
  try {
    about = await askMock("about");
    if (about.started === context.about.started) return;
    ({ scenarios } = await askMock("scenarios"));
  } catch {
    return; // whoever polls says that the mock does not answer
  }
  const essence = () => JSON.stringify([{ ...context.about, started: null }, context.scenarios]);
  const before = essence();
  Object.assign(context, { about, scenarios });
  forgetTimelines();
  proven = null;
  if (essence() === before) return;
  context.allowance = new Allowance(about.rateLimit);
  open(true);
}

function mark(name) {
  for (const link of document.querySelectorAll("nav a")) {
    const here = link.dataset.view === name || (name === "call" && link.dataset.view === "calls");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    link.setAttribute("href", fragment(link.dataset.view, { workspace: context.workspace }));
  }
}

const unaskableWorkspace = () =>
  h(
    "div",
    {},
    h("div", { class: "head" }, h("h1", { tabindex: "-1" }, "No such workspace")),
    h(
      "p",
      { class: "notice" },
      "No header can carry the name ",
      foreign(context.workspace),
      ": it has to be printable ASCII, without spaces around it.",
    ),
  );

/** Show what the address names; `afresh` also where the view that is open could go on. */
function open(afresh = false) {
  const { view: name, params } = current();
  const workspace = params.workspace || context.workspace || ANY_WORKSPACE;
  const same = shown?.name === name && workspace === context.workspace;
  if (same && !afresh && shown.view.update(params) !== false) return;
  const moved = shown !== null && shown.name !== name;
  leave();
  context.workspace = workspace;
  workspaceField.value = workspace;
  clearInterval(countdown);
  connectionLine.hidden = true;
  mark(name);
  if (ASK_THE_API.has(name) && !workspaceField.checkValidity()) return void main.replaceChildren(unaskableWorkspace());
  if (context.about.apiKeyRequired && apiKey.get() === null && ASK_THE_API.has(name)) return void askForKey(null);
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
  document.addEventListener("visibilitychange", () => document.hidden || inquire());
  setInterval(() => document.hidden || inquire(), LOOK_AGAIN);
  return undefined;
}

document.getElementById("workspace-form").addEventListener("submit", switchWorkspace);
document.querySelector("[data-skip]").addEventListener("click", (event) => {
  event.preventDefault(); // the fragment belongs to the views
  main.focus();
});
start();
