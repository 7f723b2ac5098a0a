// Plays calls: reads lines of JSON, each a timeline with the moments that are asked for, and writes a line each.

import { createInterface } from "node:readline";

import { createCall } from "../../../mockserver/player/index.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { timeline, bodies = [], insights = [] } = JSON.parse(line);
  const call = createCall(timeline);
  const answers = [...bodies.map((at) => call.at(at)), ...insights.map((at) => call.insightsAt(at))];
  process.stdout.write(answers.map((one) => `${JSON.stringify(one)}\n`).join(""));
}
