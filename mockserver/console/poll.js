// Polls many things fairly: a few at a time, each when it is due, and none while it would be rude.

const AT_ONCE = 4;
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 4000;

export const SAVING = "Asking slowly: half of the mock's rate limit is left to your application.";

/** Spends at most half of a rate limit, so that the application being developed has the rest. */
export class Allowance {
  constructor(limit) {
    this.most = limit ? Math.max(1, Math.floor(limit.requests / 2)) : Infinity;
    this.refill = limit ? (limit.seconds * 1000) / this.most : 0;
    this.left = this.most;
    this.counted = performance.now();
  }

  take() {
    if (this.most === Infinity) return true;
    const now = performance.now();
    const refilled = Math.floor((now - this.counted) / this.refill);
    this.left = Math.min(this.most, this.left + refilled);
    this.counted += refilled * this.refill;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}

/** `changed(state, seconds)` is told how polling goes: "live", "limited" for so many seconds, or "unreachable". */
export class Poller {
  constructor({ allowance, changed }) {
    Object.assign(this, { allowance, changed });
    this.entries = new Map();
    this.asking = 0;
    this.pausedUntil = 0;
    this.backoff = FIRST_BACKOFF;
    this.state = "live";
    this.saving = false; // whether the allowance is too small for what is due
    this.closing = new AbortController();
    this.timer = setInterval(() => this.turn(), 100);
    document.addEventListener("visibilitychange", () => this.turn(), { signal: this.closing.signal });
  }

  /**
   * Poll what `key` names, every so many milliseconds after an answer. `ask(signal)` asks once, and
   * `answered(answer)` is told what came; `alone` keeps a 429 from holding up the others.
   */
  add(key, { every, ask, answered, alone = false }) {
    this.entries.set(key, { key, every, ask, answered, alone, due: 0, busy: false, again: false });
    this.turn();
  }

  /** Ask for it at once, or else as soon as what has been asked for is there. */
  hasten(key) {
    const entry = this.entries.get(key);
    if (!entry) return;
    entry.due = 0;
    entry.again = entry.busy;
    this.turn();
  }

  has = (key) => this.entries.has(key);

  /** Poll it less often, or more, from its next answer on. */
  pace(key, every) {
    const entry = this.entries.get(key);
    if (entry) entry.every = every;
  }

  remove(key) {
    this.entries.delete(key);
  }

  close() {
    clearInterval(this.timer);
    this.closing.abort();
  }

  turn() {
    const now = performance.now();
    if (document.hidden || this.closing.signal.aborted || now < this.pausedUntil) return;
    // While nothing answers, one question at a time is enough to find out when it does.
    const most = this.state === "live" ? AT_ONCE : 1;
    const due = [...this.entries.values()].filter((entry) => !entry.busy && entry.due <= now);
    for (const entry of due.sort((a, b) => a.due - b.due)) {
      if (this.asking >= most) return;
      if (!this.allowance.take()) return void (this.saving = true);
      if (this.allowance.left >= 1) this.saving = false;
      this.poll(entry);
    }
  }

  async poll(entry) {
    entry.busy = true;
    this.asking += 1;
    try {
      const answer = await entry.ask(this.closing.signal);
      this.judge(entry, answer);
      if (this.entries.get(entry.key) === entry) entry.answered(answer);
    } catch (error) {
      if (!this.closing.signal.aborted) throw error;
    } finally {
      entry.busy = false;
      this.asking -= 1;
      this.turn();
    }
  }

  judge(entry, answer) {
    entry.due = entry.again ? 0 : performance.now() + entry.every;
    entry.again = false;
    if (answer.kind === "unreachable") {
      if (performance.now() >= this.pausedUntil) {
        // those asked at once fail at once, and count as one
        this.pausedUntil = performance.now() + this.backoff;
        this.backoff = Math.min(this.backoff * 2, LONGEST_BACKOFF);
      }
      entry.due = 0;
      this.become("unreachable");
    } else if (answer.kind === "limited" && !entry.alone) {
      this.pausedUntil = performance.now() + answer.wait * 1000;
      entry.due = 0;
      this.become("limited", answer.wait);
    } else if (answer.kind !== "limited" && answer.kind !== "late") {
      this.backoff = FIRST_BACKOFF;
      this.become("live");
    }
  }

  become(state, seconds = 0) {
    if (state === "live" && this.state === "live") return;
    this.state = state;
    this.changed(state, seconds);
  }
}
