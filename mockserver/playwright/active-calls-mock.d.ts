import type {
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from "@playwright/test";

export { expect } from "@playwright/test";

/** An ISO 8601 text with its offset, or a Date. */
type Instant = string | Date;

interface State {
  /** The call so many seconds in, whatever the clock says. */
  at?: number;
  code?: number;
  fault?: string;
  /** In milliseconds. */
  delay?: number;
  /** In seconds. */
  retryAfter?: number;
  seed?: number;
  locale?: string;
  /** Fields of the call that have other values. */
  call?: Record<string, unknown>;
}

/** What a room does for so many requests or seconds; the last step is for good. */
export interface Step extends State {
  scenario?: string;
  times?: number;
  seconds?: number;
}

/** What a room does from now on, beside the scenario. */
export interface Direction extends State {
  steps?: Step[];
  /** Begins a call there. */
  starts?: "now";
}

/** When something happens, by the workspace's clock; now unless told. */
export interface When {
  at?: Instant;
}

/** What holds in a room. */
export interface RoomState {
  workspace: string;
  room: string;
  now: string;
  from: "room" | "workspace" | "name";
  step: number | null;
  steps: Step[];
  events: { number: number; type: string; at: string; [field: string]: unknown }[];
}

/** A request as the mock's journal shows it; `/_mock/openapi.yaml` describes all of it. */
export interface JournalEntry {
  number: number;
  time: string;
  method: string;
  path: string;
  room: string | null;
  status: number | null;
  headers: Record<string, string>;
  [field: string]: unknown;
}

/** The filters of `GET /_mock/requests`. */
export interface RequestFilters {
  path?: string;
  /** A status, or a class such as `5xx`. */
  status?: number | string;
  after?: number;
  limit?: number;
}

/** One room of a workspace. A command that the mock refuses rejects with the mock's message. */
export interface Room {
  /** Tells the room what to do from now on. */
  play(scenario: string, more?: Direction): Promise<RoomState>;
  play(direction: Direction & { scenario?: string }): Promise<RoomState>;
  get(): Promise<RoomState>;
  /** Lets the room do again what its name says. */
  forget(): Promise<void>;
  start(options?: When): Promise<void>;
  end(options?: When): Promise<void>;
  say(role: string, content: string, options?: When): Promise<void>;
  join(identity: string, options?: When & { isAgent?: boolean; metadata?: Record<string, unknown> }): Promise<void>;
  leave(identity: string, options?: When): Promise<void>;
  mute(identity: string, options?: When): Promise<void>;
  sentiment(value: string, options?: When): Promise<void>;
}

/** The clock of a workspace; each method gives the instant that it shows then. */
export interface Clock {
  now(): Promise<string>;
  freeze(instant: Instant): Promise<string>;
  advance(seconds: number): Promise<string>;
  scale(factor: number): Promise<string>;
  /** Gives the workspace the mock's clock back. */
  reset(): Promise<string>;
}

/** A test's own world in the mock. */
export class Workspace {
  constructor(url: string, workspace: string);
  /** The mock's base URL. */
  readonly url: string;
  /** The value of `x-workspace-id`. */
  readonly workspace: string;
  readonly clock: Clock;
  room(name: string): Room;
  /** Tells all rooms what to do that have nothing of their own. */
  play(scenario: string, more?: Direction): Promise<void>;
  play(direction: Direction & { scenario?: string }): Promise<void>;
  /** What was asked in this workspace, in the order in which it came. */
  requests(filters?: RequestFilters): Promise<JournalEntry[]>;
  /** Forgets all that was done to it, and what was asked there. */
  forget(): Promise<void>;
}

/** For `use` in playwright.config.ts. */
export interface ActiveCallsOptions {
  /** The mock's base URL; http://127.0.0.1:4010 unless told. */
  activeCallsURL: string;
}

export const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & ActiveCallsOptions & { activeCalls: Workspace },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>;
