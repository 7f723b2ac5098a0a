// Handlers for Mock Service Worker, versions 2 and 3.

import { http } from "msw";

import { Api, operations } from "./api.js";

/**
 * Handlers for all operations, which share one world: what ends a call takes it out of the list.
 *
 * Each timeline is of another room, and its call begins with this, or stands `at` a moment. `clock` shows
 * milliseconds. Without a `baseUrl`, every origin's are answered.
 */
export function handlers(timelines, { baseUrl, clock, at } = {}) {
  const api = new Api(timelines, { clock, at });
  return handlersOf(() => api, baseUrl);
}

/** Handlers that answer from what `api()` is at the time of a request. */
export function handlersOf(api, baseUrl = "*") {
  const base = baseUrl.replace(/\/+$/, "");
  return operations.map((operation) =>
    http[operation.method.toLowerCase()](base + operation.path, ({ request }) => api().answer(operation, request)),
  );
}
