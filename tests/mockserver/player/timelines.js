// Small timelines for the tests of the player.

export const START = Date.parse("2024-06-01T10:00:00.000Z");

const person = (identity, isAgent, joins) => ({
  joins,
  leaves: null,
  identity,
  isAgent,
  metadata: {},
  joinedAt: new Date(START + joins * 1000).toISOString(),
});

/** The timeline of a call of 60 seconds, five of which are over. */
export const timeline = (more = {}) => ({
  version: 1,
  room: "r",
  id: "665a1b2c3d4e5f6a7b8c9d0e",
  call: 1,
  started: "2024-06-01T10:00:00.000Z",
  elapsed: 5,
  length: 60,
  type: "phone",
  decimals: 0,
  transfer: 20,
  fields: [{ at: 0, value: { id: "665a1b2c3d4e5f6a7b8c9d0e", roomName: more.room ?? "r", tags: ["a"] } }],
  topics: [{ at: 3, name: "billing" }],
  lines: [
    { at: 2.5, role: "agent", content: "Hello" },
    { at: 30, role: "customer", content: "Hi" },
  ],
  sentiment: [
    { at: 0, value: "neutral", line: -1 },
    { at: 30, value: "positive", line: 1 },
  ],
  participants: [person("agent-001", true, 0), person("customer-001", false, 1)],
  earlier: [{ participant: 1, until: 2, shown: null }],
  takeovers: [
    {
      since: 0,
      identity: "agent-001",
      mutedTracks: ["TR_1"],
      joined: null,
      instead: ["human-001"],
      lines: [{ after: 7.25, role: "agent", content: "Anna here." }],
      sentiment: [{ after: 7.25, value: "positive" }],
      participants: [{ after: 7.25, identity: "human-001", isAgent: false, metadata: {} }],
    },
  ],
  insights: [
    { at: 0, value: { topics: [], summary: "Hello.", suggestions: [] } },
    { at: 30, value: {}, adds: " Hi." },
  ],
  scenario: "small",
  answers: {},
  errors: [],
  ...more,
});
