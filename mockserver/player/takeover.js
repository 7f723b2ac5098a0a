// A timeline as it goes on since an AI agent was muted, as the mock's own calls do.

const isMuted = ({ metadata }) => metadata?.muted === true;
const millisecond = (seconds) => Math.round(seconds * 1000) / 1000;

/** Whether a participant of a body is an AI agent that is heard. */
export const isHeard = (person) => person.isAgent === true && !isMuted(person);

/**
 * The timeline with an agent muted `at` a moment; `heard` are the identities of those who were heard until then.
 *
 * Where no other agent is heard, and nobody has joined who could speak, the conversation breaks off, and a person
 * takes over. The insights stay as they are then.
 */
export function muted(timeline, identity, at, heard) {
  const shown = withMuted(timeline, identity, at);
  // What is said is about the matter of that moment.
  const takeover = timeline.takeovers.filter((one) => one.identity === identity && one.since <= at).at(-1);
  const others = heard.some((one) => one !== identity);
  const goesOn = others || !takeover || (takeover.joined !== null && takeover.joined <= at);
  return goesOn ? shown : takenOver(shown, takeover, at);
}

/** The agent is shown as it was until then, and as one that is muted from then on. */
function withMuted(timeline, identity, at) {
  const earlier = [...timeline.earlier];
  const participants = timeline.participants.map((person, index) => {
    const { joins, leaves, ...shown } = person;
    const there = joins <= at && (leaves === null || at < leaves);
    if (person.identity !== identity || !there) return person;
    earlier.push({ participant: index, until: at, shown });
    return { ...person, metadata: { ...person.metadata, muted: true } };
  });
  return { ...timeline, participants, earlier };
}

function takenOver(timeline, { instead, lines, sentiment, participants }, at) {
  const until = (one) => one.at <= at;
  const dated = ({ after, ...one }) => ({ at: millisecond(at + after), ...one });
  const joinedAt = (joins) => new Date(Math.floor(Date.parse(timeline.started) + joins * 1000)).toISOString();
  const joining = ({ at: joins, ...one }) => ({ joins, leaves: null, ...one, joinedAt: joinedAt(joins) });
  const spoken = timeline.lines.filter(until);
  const kept = timeline.participants.map((one) => one.joins <= at || !instead.includes(one.identity));
  const stays = timeline.participants.filter((one, index) => kept[index] && one.leaves === null);
  const isNew = ({ identity }) => !stays.some((one) => one.identity === identity);
  const place = (index) => kept.slice(0, index).filter(Boolean).length;
  const felt = sentiment.map(dated).map((one) => ({ ...one, line: spoken.length }));
  return {
    ...timeline,
    transfer: timeline.transfer <= at ? timeline.transfer : null,
    topics: timeline.topics.filter(until),
    lines: [...spoken, ...lines.map(dated)],
    sentiment: sentiment.length ? [...timeline.sentiment.filter(until), ...felt] : timeline.sentiment,
    participants: [
      ...timeline.participants.filter((_, index) => kept[index]),
      ...participants.filter(isNew).map(dated).map(joining),
    ],
    earlier: timeline.earlier
      .filter((one) => ("line" in one ? one.line < spoken.length : kept[one.participant]))
      .map((one) => ("line" in one ? one : { ...one, participant: place(one.participant) })),
    insights: timeline.insights.filter(until),
  };
}
