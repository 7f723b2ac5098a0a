// The calls of a list as rows, in the list's order, which never move away from under the pointer.

import { h } from "./dom.js";
import { appear, vanish } from "./motion.js";
import { Row, wordsOf } from "./row.js";

const AT_FIRST = 200;
const IDLE = 10_000; // milliseconds after which a pointer that rests on the board holds nothing still

/** Tells a call from every other: a room's next call is another one. */
export const keyOf = ({ roomName, id }) => JSON.stringify([roomName, id]);

/**
 * The order of rows. What is new comes where `wanted` has it; while the board is `held`, nothing
 * moves: what is over keeps its place, and what is new comes last.
 */
export function arranged(before, wanted, held) {
  if (!held) return wanted;
  const there = new Set(before);
  return [...before, ...wanted.filter((key) => !there.has(key))];
}

export class Board {
  /** `address(room)` is where the row of a room leads. */
  constructor(address) {
    Object.assign(this, {
      address,
      calls: new Map(),
      rows: new Map(),
      at: 0,
      order: [],
      wanted: "",
      most: AT_FIRST,
      matching: 0,
    });
    this.without = new Set();
    this.moved = 0; // when the pointer last did
    this.element = h("ul", { class: "board", "aria-label": "Calls" });
    const moved = () => (this.moved = performance.now());
    for (const name of ["pointermove", "pointerdown", "wheel"])
      this.element.addEventListener(name, moved, { passive: true });
  }

  /**
   * Show the calls of a list, as they were at that moment of `performance.now()`, but for those in
   * the rooms `without`.
   */
  show(calls, at, without = new Set()) {
    Object.assign(this, { at, without });
    this.calls = new Map(calls.map((call) => [keyOf(call), call]));
    this.draw();
  }

  /** Show only the calls that have this text. */
  find(text) {
    this.wanted = text;
    this.most = AT_FIRST;
    this.draw(false);
  }

  more() {
    this.most += AT_FIRST;
    this.draw(false);
  }

  isHeld = () => this.element.matches(":hover") && performance.now() - this.moved < IDLE;

  draw(held = this.isHeld()) {
    const matching = [...this.calls].filter(([, call]) => this.isWanted(call));
    this.matching = matching.length;
    const wanted = matching.slice(0, this.most).map(([key]) => key);
    const focused = document.activeElement;
    const first = this.order.length === 0;
    this.dropRows(new Set(wanted), held);
    this.order = arranged(this.order, wanted, held);
    for (const key of wanted) this.rowOf(key, first).show(this.calls.get(key), this.at);
    this.place();
    if (focused !== document.activeElement && this.element.contains(focused)) focused.focus({ preventScroll: true });
  }

  isWanted = (call) => !this.without.has(call.roomName) && (this.wanted === "" || wordsOf(call).includes(this.wanted));

  /** Part with the rows of calls that are over, or no longer looked for. */
  dropRows(wanted, held) {
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      const over = !this.calls.has(key);
      if (over) row.over();
      if (over && (held || row.element.contains(document.activeElement))) continue;
      if (over) vanish(row.element);
      else row.element.remove();
      this.rows.delete(key);
    }
    this.order = this.order.filter((key) => this.rows.has(key));
  }

  rowOf(key, first) {
    const known = this.rows.get(key);
    if (known) return known;
    const { roomName } = this.calls.get(key);
    const row = new Row(String(roomName), this.address(String(roomName)));
    this.rows.set(key, row);
    if (!first) appear(row.element);
    return row;
  }

  /** Put the rows into order. Those that are vanishing stay where they are. */
  place() {
    const rows = new Set(this.order.map((key) => this.rows.get(key).element));
    const next = (element) => {
      while (element && !rows.has(element)) element = element.nextElementSibling;
      return element;
    };
    let here = next(this.element.firstElementChild);
    for (const element of rows) {
      if (element === here) here = next(here.nextElementSibling);
      else this.element.insertBefore(element, here);
    }
  }

  stale() {
    for (const row of this.rows.values()) if (row.state !== "over") row.stale();
  }

  tick(pace) {
    for (const row of this.rows.values()) row.tick(pace);
  }
}
