// Rows of rooms by their names, whether a call is on in them or not.

import { askCall } from "./api.js";
import { h } from "./dom.js";
import { Row, wordsOf } from "./row.js";

/** A room that the list has is shown as there; only the others are asked for by themselves. */
export class Rooms {
  constructor({ poller, context, address, every, label }) {
    Object.assign(this, { poller, context, address, every, rows: new Map() });
    this.element = h("ul", { class: "board", "aria-label": label });
  }

  /** Follow a room; `removed` is what a button on its row does, if it has one. */
  add(room, { first = false, removed = null } = {}) {
    const row = new Row(room, this.address(room));
    if (removed) row.offerToRemove(removed);
    this.rows.set(room, row);
    if (first) this.element.prepend(row.element);
    else this.element.append(row.element);
    return row;
  }

  remove(room) {
    this.poller.remove(room);
    this.rows.get(room).element.remove();
    this.rows.delete(room);
  }

  /** Show what a list has of the rooms, by their names, and ask for those that it does not have. */
  take(listed, at) {
    for (const [room, row] of this.rows) {
      const call = listed.get(room);
      if (call) {
        this.poller.remove(room);
        row.show(call, at);
      } else if (!this.poller.has(room)) {
        this.ask(room);
      }
    }
  }

  ask(room) {
    const { workspace } = this.context;
    this.poller.add(room, {
      every: this.every,
      ask: (signal) => askCall({ workspace, room, signal }),
      answered: (answer) => this.answered(room, answer),
      alone: true, // a room may have been told to answer 429
    });
  }

  answered(room, answer) {
    this.rows.get(room).answer(answer);
    if (answer.status === 401) this.context.refused();
  }

  /** Show only the rows that have this text. */
  find(text) {
    for (const { room, call, element } of this.rows.values())
      element.hidden = text !== "" && !(call ? wordsOf(call) : room.toLowerCase()).includes(text);
    return [...this.rows.values()].some(({ element }) => !element.hidden);
  }

  stale() {
    for (const row of this.rows.values()) row.stale();
  }

  tick(pace) {
    for (const row of this.rows.values()) row.tick(pace);
  }
}
