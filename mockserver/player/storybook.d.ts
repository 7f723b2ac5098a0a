import type { Playable, Trouble } from "./index.js";
import type { HandlersOptions } from "./msw.js";

/** A worker of Mock Service Worker, as `setupWorker()` makes it. */
export interface Worker {
  start(options?: any): Promise<unknown>;
  use(...handlers: any[]): void;
}

export interface StorybookOptions extends Omit<HandlersOptions, "at"> {
  worker: Worker;
  /** Options for `worker.start`. */
  start?: object;
  /** The moments that the toolbar offers, in seconds since the call began. */
  moments?: number[];
}

/** What a story may say under `parameters.activeCalls`: its scenario, and its moment in seconds; null goes on. */
export interface StoryParameters {
  scenario?: string;
  at?: number | null;
}

/** What a preview needs of this. */
export interface Preview {
  loaders: (() => Promise<void>)[];
  decorators: ((story: any, context: any) => any)[];
  globalTypes: Record<string, any>;
  initialGlobals: Record<string, string>;
}

/** A story at a moment of a call: `timelines` are those of scenarios, by the names that the toolbar shows. */
export function activeCalls(timelines: Record<string, Playable | Trouble>, options: StorybookOptions): Preview;
