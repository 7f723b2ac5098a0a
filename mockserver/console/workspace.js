// Watches what was done to a workspace: its clock, and what holds in one of its rooms.

import { askMock, encoded } from "./api.js";

const EVERY = 1000;

/** How many seconds of the workspace's clock pass in one: 0 where it, or the mock's, stands still. */
export const paceOf = (mock, clock) => (mock.frozen ? 0 : mock.scale * (clock?.scale ?? 1));

/**
 * `clock` and `held`, what holds in the room, are as they were last heard of, or null; `changed()`
 * is called with each news of them, and `directed()` once something has been done to the room.
 */
export class WorkspaceWatch {
  constructor({ workspace, room = null, changed, directed = () => {} }) {
    Object.assign(this, { room, changed, directed, clock: null, held: null, asked: 0 });
    this.path = `workspaces/${encoded(workspace)}`;
    this.timer = setInterval(() => this.busy || document.hidden || this.ask(), EVERY);
    this.ask();
  }

  async ask() {
    const number = (this.asked += 1);
    this.busy = true;
    try {
      const [clock, held] = await Promise.all([
        askMock(`${this.path}/clock`),
        this.room === null ? null : askMock(`${this.path}/rooms/${encoded(this.room)}`),
      ]);
      if (number === this.asked) this.take(clock, held);
    } catch {
      // Whoever polls says that the mock does not answer.
    } finally {
      this.busy = false;
    }
  }

  take(clock, held) {
    if (this.closed) return;
    const done = (one) => one && JSON.stringify([one.from, one.step, one.steps, one.events]);
    const before = this.held;
    Object.assign(this, { clock, held });
    this.changed();
    if (before !== null && done(before) !== done(held)) this.directed();
  }

  close() {
    this.closed = true;
    clearInterval(this.timer);
  }
}
