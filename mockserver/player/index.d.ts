import type { components } from "./openapi.js";

type Schemas = components["schemas"];

export type ActiveCall = Schemas["ActiveCall"];
export type CallInsights = Schemas["CallInsights"];
export type Timeline = Schemas["Timeline"];

/** As TypeScript sees a value that is imported from a JSON file: any text in the place of certain ones. */
type Imported<T> = T extends string
  ? string
  : T extends number
    ? number
    : T extends boolean
      ? boolean
      : T extends object
        ? { [Key in keyof T]: Imported<T[Key]> }
        : T;

/** A timeline that has come from anywhere. */
export type Playable = Imported<Timeline>;

/** What is exported of a scenario whose every answer is an error: there is no call in it. */
export type Trouble = Imported<Pick<Timeline, "version" | "room" | "scenario" | "answers">>;

/** A call without the mock. Offsets are in seconds since it began. */
export interface Call {
  /** For how many seconds it goes on altogether. */
  readonly length: number;
  /** The room that it takes place in. */
  readonly roomName: string;
  /** For how many seconds it has been going on by the clock. */
  elapsed(): number;
  /** The body that shows the call at a moment, to the byte that of the mock; null where it is not going on. */
  at(seconds: number): ActiveCall | null;
  /** The body that shows the call by the clock, null before it begins and from its end on. */
  now(): ActiveCall | null;
  /** What the call is about at a moment; null where it is not going on. */
  insightsAt(seconds: number): CallInsights | null;
  /** Whether a person has been asked for by then; null where the call is not going on. */
  transferRequestedAt(seconds: number): boolean | null;
  /** The name of what is talked about; null where the call is not going on, or that has no name. */
  topicAt(seconds: number): string | null;
}

export interface CallOptions {
  /** Shows milliseconds; `Date.now` unless given. */
  clock?: () => number;
  /** When the call began, by the clock; so long before now as the timeline has been going on, unless given. */
  began?: number;
}

/**
 * The call of a timeline, as `active-calls-mock export` writes it or `/_mock/timelines/ROOM` answers it.
 * Throws where the timeline is damaged, or has a version that this module does not know.
 */
export function createCall(timeline: Playable, options?: CallOptions): Call;

/** The same call as if it had begun at an instant, in milliseconds since 1970: everybody joins with it. */
export function begunAt(timeline: Playable, instant: number): Playable;

/** That of this package, and of the mock that it belongs to. */
export const version: string;
