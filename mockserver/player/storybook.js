// For Storybook: a story at a moment of a call, and a toolbar for scenario and moment.

import { Api } from "./api.js";
import { handlersOf } from "./msw.js";

// What is not for the API is none of our business; version 3 has given the option another name.
const START = { quiet: true, onUnhandledRequest: "bypass", onUnhandledFrame: "bypass" };
const OWN = ""; // what the story's own parameters say
const LIVE = "live";
const MOMENTS = [0, 15, 30, 60, 120, 240];

const minutes = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/**
 * What a preview needs: a loader that starts the `worker`, a decorator, and the two controls of the toolbar.
 *
 * `timelines` are those of scenarios, by their names. A story says `parameters: {activeCalls: {scenario, at}}`;
 * what is chosen in the toolbar comes first.
 */
export function activeCalls(timelines, { worker, start = {}, moments = MOMENTS, baseUrl, clock }) {
  const names = Object.keys(timelines);
  // JavaScript puts names that are numbers first, and those are of errors.
  const first = names.find((name) => timelines[name].fields) ?? names[0];
  let starting, shown, api;

  /** The worker is started once, and keeps the handlers that it has. */
  function started() {
    if (!starting) {
      worker.use(...handlersOf(() => api, baseUrl));
      starting = worker.start({ ...START, ...start });
    }
    return starting;
  }

  /** What a story shows: by the toolbar, by its parameters, or else the first call as it goes on. */
  function chosen({ globals, parameters }) {
    const { scenario = first, at = null } = parameters.activeCalls ?? {};
    const { activeCallsScenario: name = OWN, activeCallsMoment: moment = OWN } = globals;
    return { scenario: name || scenario, at: moment === OWN ? at : moment === LIVE ? null : Number(moment) };
  }

  function atMoment(story, context) {
    const { scenario, at } = chosen(context);
    const key = JSON.stringify([context.id, scenario, at]);
    if (key !== shown) {
      if (!(scenario in timelines)) throw new Error(`The scenario ${scenario} is none of ${names.join(", ")}.`);
      api = new Api([timelines[scenario]], { clock, at });
      shown = key;
    }
    return story();
  }

  const toolbar = (title, icon, items) => ({ toolbar: { title, icon, items, dynamicTitle: true } });
  const item = (value, title) => ({ value, title });
  return {
    loaders: [async () => void (await started())],
    decorators: [atMoment],
    globalTypes: {
      activeCallsScenario: {
        description: "What the call is like",
        ...toolbar("Scenario", "users", [item(OWN, "Scenario of the story"), ...names.map((one) => item(one, one))]),
      },
      activeCallsMoment: {
        description: "How far the call has come",
        ...toolbar("Moment", "time", [
          item(OWN, "Moment of the story"),
          item(LIVE, "As time goes on"),
          ...moments.map((at) => item(String(at), minutes(at))),
        ]),
      },
    },
    initialGlobals: { activeCallsScenario: OWN, activeCallsMoment: OWN },
  };
}
