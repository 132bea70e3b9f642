/**
 * Staying live: ask the change feed every few seconds, refetch what is shown only when it moved, back off when nobody
 * answers, and always know how long ago the last good answer was.
 *
 * The feed's ETag moves with every change of coverage, too, so "304" means: nothing that this page shows has changed,
 * apart from the hour.
 */

import { Stopwatch } from "./clock.js";

/** @typedef {import("./api.js").Api} Api */

/** How many events are kept for the column, newest last. */
const KEPT_EVENTS = 200;
const FIRST_EVENTS = 50;
const PAGE = 500;

export class Live {
  /** @type {any[]} */
  events = [];
  /** @type {string | null} */
  #cursor = null;
  #failures = 0;
  #busy = false;
  #again = false;
  #timer = 0;
  /** Since the last good answer. */
  heard = new Stopwatch();
  #sinceRefresh = new Stopwatch();
  everHeard = false;
  #refreshed = false;

  /**
   * @param {Api} api
   * @param {object} options
   * @param {number} options.interval  milliseconds between two questions
   * @param {number} options.longest  most milliseconds between two tries while nobody answers
   * @param {number} options.refresh  refetch everything after so many milliseconds, whatever the feed says
   * @param {(now: any) => void} options.onNow  each answer of /v1/now
   * @param {() => Promise<void>} options.onChange  refetch and show; a failure counts as no answer
   * @param {(state: {connected: boolean, failures: number, reason: string | null}) => void} options.onState
   */
  constructor(api, options) {
    this.api = api;
    this.options = options;
  }

  /** Begin, and ask at once when the browser comes back to the page or to the network. */
  start() {
    const wake = () => document.visibilityState === "visible" && this.poke();
    document.addEventListener("visibilitychange", wake);
    window.addEventListener("online", wake);
    window.addEventListener("focus", wake);
    this.poke();
  }

  /** Ask now; while a question is under way, ask again right after it. */
  poke() {
    window.clearTimeout(this.#timer);
    if (this.#busy) this.#again = true;
    else void this.#round();
  }

  /** Forget that the view is fresh (another day was chosen) and ask now. */
  refetch() {
    this.#refreshed = false;
    this.poke();
  }

  async #round() {
    this.#busy = true;
    try {
      await this.#ask();
      this.#failures = 0;
      this.everHeard = true;
      this.heard.restart();
      this.options.onState({ connected: true, failures: 0, reason: null });
    } catch (error) {
      this.#failures += 1;
      this.#refreshed = false;
      const reason = error instanceof Error ? error.message : String(error);
      this.options.onState({ connected: false, failures: this.#failures, reason });
    } finally {
      this.#busy = false;
    }
    const delay = this.#again ? 0 : pause(this.#failures, this.options.interval, this.options.longest, Math.random());
    this.#again = false;
    this.#timer = window.setTimeout(() => this.poke(), delay);
  }

  async #ask() {
    this.options.onNow((await this.api.get("/now")).body);
    const moved = await this.#follow();
    if (moved || !this.#refreshed || this.#sinceRefresh.elapsed() > this.options.refresh) {
      await this.options.onChange();
      this.#refreshed = true;
      this.#sinceRefresh.restart();
    }
  }

  /** Read the feed to its end and return whether it moved. */
  async #follow() {
    let moved = false;
    for (;;) {
      const query = this.#cursor === null ? { latest: FIRST_EVENTS } : { after: this.#cursor, limit: PAGE };
      const { body, changed } = await this.api.get("/events", query);
      if (!changed) return moved;
      moved = true;
      if (body.data.length === 0) return moved;
      const before = this.#cursor;
      this.#cursor = body.data.at(-1).cursor ?? body.next;
      this.events = [...this.events, ...body.data].slice(-KEPT_EVENTS);
      if (before === null || this.#cursor === before || body.data.length < PAGE) return moved;
    }
  }
}

/**
 * Return the milliseconds until the next question: the interval, doubled with every failure, with a little chance so
 * that many screens do not come back at the same instant.
 * @param {number} failures @param {number} interval @param {number} longest @param {number} chance  in [0, 1)
 */
export function pause(failures, interval, longest, chance) {
  if (failures === 0) return interval;
  return Math.min(longest, interval * 2 ** Math.min(failures - 1, 10)) * (0.75 + chance / 2);
}
