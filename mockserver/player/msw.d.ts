import type { HttpHandler } from "msw";

import type { Playable, Trouble } from "./index.js";

export interface HandlersOptions {
  /** The origin, and prefix, of the API, such as `https://api.example.com`; every origin unless given. */
  baseUrl?: string;
  /** Shows milliseconds; `Date.now` unless given. */
  clock?: () => number;
  /** The moment, in seconds since it began, at which each call stands; null, or not given, lets calls go on. */
  at?: number | null | (() => number | null);
}

/**
 * Handlers for all operations, which share one world: what ends a call takes it out of the list.
 * Each timeline is of another room. Its call begins with this, where the timeline has come to, or stands `at` a moment.
 */
export function handlers(timelines: Iterable<Playable | Trouble>, options?: HandlersOptions): HttpHandler[];
