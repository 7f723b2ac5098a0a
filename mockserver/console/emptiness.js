// Why there is nothing on the board, and what to do about it.

import { foreign, h } from "./dom.js";
import { fragment } from "./route.js";

/** Links in a sentence, from addresses and their texts. */
export const linkList = (links) =>
  links.flatMap(([href, text], index) => [index ? ", " : "", h("a", { href }, foreign(text))]);

/** The rooms that the mock was given in a workspace; where it was given none at all, every room is there. */
export const givenRooms = ({ rooms }, workspace) =>
  rooms.filter((given) => given.workspace === null || given.workspace === workspace).map(({ room }) => room);

/** Text and links that say why no call is on in a workspace. */
export function whyEmpty(about, workspace) {
  if (about.rooms.length === 0)
    return [
      "No call is going on here right now. A room has a call as soon as an application asks for it: " +
        "watch one by its name, or open a scenario below.",
    ];
  if (givenRooms(about, workspace).length)
    return ["No call is going on right now in the rooms that this mock was given."];
  const names = [...new Set(about.rooms.map((given) => given.workspace))];
  const links = names.map((name) => [fragment("calls", { workspace: name }), name]);
  return ["The mock was given no room in this workspace. There are some in ", ...linkList(links), "."];
}
