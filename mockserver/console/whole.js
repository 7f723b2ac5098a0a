// What follows from the whole of a call, its timeline.

import { createCall } from "../player/index.js";
import { clock, timeOfDay } from "./format.js";

/** The last whole second of a call at which it can be seen. */
export const lastMoment = ({ length }) => Math.max(0, Math.ceil(length) - 1);

/** As late in a call as can be, in seconds. */
export const justBeforeEnd = ({ length }) => Math.max(0, length - 0.001);

/** The call to be played, or null: where operations answer with errors, or late, the mock is asked for each moment. */
export function playable(timeline) {
  const plain = timeline !== null && !timeline.errors.length && !Object.keys(timeline.answers).length;
  return plain ? createCall(timeline) : null;
}

const endOf = ({ started, length }) => Date.parse(started) + Math.trunc(length * 1000);

/** Whether a call is over by its workspace's clock; false where one of them is not known. */
export const isOver = (timeline, watched) => Boolean(timeline && watched) && Date.parse(watched.now) >= endOf(timeline);

/** When a call ended, in words. */
export const endingOf = (timeline) =>
  `at ${timeOfDay(new Date(endOf(timeline)).toISOString())}, after ${clock(timeline.length)}`;

/**
 * How far the call of a page has come by `now`, `pace` seconds of it in one: in seconds, as a moment at which it can
 * be seen, and as it is `told`.
 */
export function position({ at, body, running, since, timeline, over }, pace, now) {
  const most = timeline?.length ?? Infinity;
  // Before it is known how long the call is, the answer alone tells how far a moment is in it.
  const seen = body?.duration ?? 0;
  let [when, elapsed] = ["last seen at", seen];
  if (at !== null) [when, elapsed] = ["at", timeline ? at : seen];
  else if (running) [when, elapsed] = ["now,", seen + ((now - since) / 1000) * pace];
  else if (over) [when, elapsed] = ["ended at", most];
  elapsed = Math.min(elapsed, most);
  const moment = Math.min(Math.floor(elapsed), timeline ? lastMoment(timeline) : Infinity);
  return { elapsed, moment, told: `${when} ${clock(elapsed)}` };
}
