// Plays calls: reads lines of JSON, each a timeline, with an agent that may be removed from its call, and the
// moments that are asked for. Writes a line for each of those.

import { createInterface } from "node:readline";

import { Api, operations } from "../../../mockserver/player/api.js";
import { createCall } from "../../../mockserver/player/index.js";
import { isHeard, muted } from "../../../mockserver/player/takeover.js";

function withRemoved(timeline, { identity, at }) {
  const heard = createCall(timeline).at(at).participants.filter(isHeard);
  return muted(timeline, identity, at, heard.map((one) => one.identity)); // prettier-ignore
}

/** The calls that the list shows at a moment. */
async function listed(timeline, at) {
  const clock = () => Date.parse(timeline.started) + at * 1000;
  const list = operations.find(({ id }) => id === "listActiveCalls");
  const request = new Request(`http://api${list.path}`, { headers: { "x-workspace-id": "w" } });
  const answer = await new Api([timeline], { clock, at }).answer(list, request);
  return (await answer.json()).data;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { timeline, removed, bodies, insights, lists } = JSON.parse(line);
  const call = createCall(removed ? withRemoved(timeline, removed) : timeline);
  const answers = [...bodies.map((at) => call.at(at)), ...insights.map((at) => call.insightsAt(at))];
  for (const at of lists) answers.push(await listed(timeline, at));
  process.stdout.write(answers.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
