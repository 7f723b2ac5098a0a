// What can be done to a room, its call and its workspace, as requests to the mock.

import { encoded } from "./api.js";

const room = (values, rest = "") => `/rooms/${encoded(values.room)}${rest}`;

/** Only what was filled in; the values of number fields as numbers. */
const filled = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
const number = (text) => (text === "" ? "" : Number(text));

function direction({ scenario, code, at, times, starts }) {
  const state = filled({ scenario, code: number(code), at: number(at) });
  // After so many requests, the room does again what its name says.
  const told = times === "" ? state : { steps: [{ ...state, times: Number(times) }, {}] };
  return starts ? { ...told, starts: "now" } : told;
}

const happen = (type, fieldsOf = () => ({})) => ({
  method: "POST",
  path: (values) => room(values, "/events"),
  body: (values) => ({ type, ...fieldsOf(values) }),
});

const turn = (bodyOf) => ({ method: "PUT", path: () => "/clock", body: bodyOf });

/**
 * By name: the group and label to choose it by, what its button says, the fields that it needs, a
 * hint, and its request: `path(values)` below the workspace, and `body(values)` if it has one.
 */
export const COMMANDS = {
  play: {
    group: "Room",
    label: "Put into a state",
    does: "Put it there",
    fields: ["scenario", "code", "at", "times", "starts"],
    hint: "What every request for the room is answered with from now on, without a Prefer header.",
    method: "PUT",
    path: room,
    body: direction,
  },
  back: {
    group: "Room",
    label: "Back",
    does: "Let it go back",
    hint: "The room does again what its name says, as if nothing had been done to it.",
    method: "DELETE",
    path: room,
  },
  say: {
    group: "Call",
    label: "Say",
    does: "Say it",
    fields: ["role", "content"],
    ...happen("say", ({ role, content }) => ({ role, content })),
  },
  join: {
    group: "Call",
    label: "Join",
    does: "Let them join",
    fields: ["identity", "isAgent"],
    ...happen("join", ({ identity, isAgent }) => ({ identity, isAgent })),
  },
  leave: {
    group: "Call",
    label: "Leave",
    does: "Let them leave",
    fields: ["identity"],
    ...happen("leave", ({ identity }) => ({ identity })),
  },
  sentiment: {
    group: "Call",
    label: "Sentiment",
    does: "Set it",
    fields: ["value"],
    ...happen("sentiment", ({ value }) => ({ value })),
  },
  end: {
    group: "Call",
    label: "End",
    does: "End the call",
    hint: "The room answers 404 until its next call.",
    ...happen("end"),
  },
  start: {
    group: "Call",
    label: "Begin",
    does: "Begin a call",
    hint: "The room's present call is over, and its next one is at its beginning.",
    ...happen("start"),
  },
  freeze: {
    group: "Clock",
    label: "Freeze",
    does: "Freeze the clock",
    fields: ["freeze"],
    ...turn(({ freeze }) => ({ freeze })),
  },
  advance: {
    group: "Clock",
    label: "Advance",
    does: "Advance the clock",
    fields: ["advance"],
    ...turn(({ advance }) => ({ advance: Number(advance) })),
  },
  scale: {
    group: "Clock",
    label: "Scale",
    does: "Set its speed",
    fields: ["scale"],
    ...turn(({ scale }) => ({ scale: Number(scale) })),
  },
  unturn: {
    group: "Clock",
    label: "Give back",
    does: "Give it back",
    hint: "The workspace goes by the mock's clock again.",
    method: "DELETE",
    path: () => "/clock",
  },
  reset: {
    group: "Workspace",
    label: "Reset",
    does: "Forget all of it",
    hint: "Forgets all that was done to the workspace: rooms, events, the clock, and its part of the journal.",
    method: "DELETE",
    path: () => "",
  },
};

/** The request of a command: {method, path, body}, the body undefined where there is none. */
export function requestOf(name, workspace, values) {
  const { method, path, body } = COMMANDS[name];
  return { method, path: `workspaces/${encoded(workspace)}${path(values)}`, body: body?.(values) };
}

const words = (step) => (Object.keys(step).length ? JSON.stringify(step) : "what its name says");

/** What holds in a room, in words. */
export function told({ from, step, steps }) {
  if (from === "name") return "does what its name says";
  const whose = from === "workspace" ? "as the whole workspace was told: " : "";
  const which = steps.length > 1 ? `, step ${step + 1} of ${steps.length}` : "";
  return `${whose}${words(steps[step])}${which}`;
}

/** How a workspace's clock runs, in words; `frozen` says that the mock's own stands still. */
export function runs({ scale }, frozen) {
  if (scale === 0 || frozen) return "stands still";
  return scale === 1 ? "at the mock's pace" : `${scale} times as fast as the mock's`;
}
