/**
 * How well we see: each source with its state and the age of its last good reading.
 */

import { age } from "./clock.js";
import { el, link, symbol } from "./dom.js";
import { stateWord } from "./words.js";

/** Worst first: what cannot be read is what an ops room must know. */
const ORDER = ["failing", "blocked", "silent", "late", "pending", "ok"];
const SYMBOLS = { ok: "completed", pending: "announced", late: "suspended", silent: "unknown", blocked: "closed", failing: "closed" };

/**
 * @param {HTMLElement} list
 * @param {any[]} sources
 * @param {number} now  the real instant in milliseconds
 */
export function showSources(list, sources, now) {
  const rank = (/** @type {any} */ { state }) => (ORDER.includes(state) ? ORDER.indexOf(state) : 0);
  const sorted = [...sources].sort((a, b) => rank(a) - rank(b) || String(a.name).localeCompare(String(b.name), "en"));
  const lines = sorted.length ? sorted.map((source) => line(source, now)) : [el("li", { class: "empty" }, "No source is configured.")];
  // Called every second: the list stays as it is while it would say the same, so that a link can be reached and read.
  if (lines.map((each) => each.textContent).join() !== [...list.children].map((each) => each.textContent).join()) list.replaceChildren(...lines);
}

/** @param {any} source @param {number} now */
function line(source, now) {
  const state = Object.hasOwn(SYMBOLS, source.state) ? source.state : "failing";
  const read = source.last_ok_at ? ago(now - Date.parse(source.last_ok_at)) : "never";
  const trouble = state === "ok" || state === "pending" ? null : (source.detail ?? source.outcome);
  const credits = [source.party, source.authority, source.reliability && `reliability ${source.reliability}`].filter(Boolean).join(" · ");
  return el(
    "li",
    { class: `source state-${state}` },
    symbol(SYMBOLS[/** @type {keyof typeof SYMBOLS} */ (state)]),
    el("span", { class: "source-name" }, link(source.url, source.name ?? source.publisher ?? source.id)),
    el("span", { class: "source-state" }, el("b", {}, stateWord(source.state)), state === "ok" ? ` ${read}` : `, last ${read}`),
    el("span", { class: "source-more" }, trouble ?? credits),
  );
}

/** @param {number} milliseconds */
const ago = (milliseconds) => (milliseconds < 60_000 ? "just now" : `${age(milliseconds)} ago`);

/**
 * Sum the coverage up in one line, and say how loud it must be.
 * @param {any} coverage  of any list answer
 * @param {number} now  the real instant in milliseconds
 * @returns {{text: string, tone: "good" | "warn" | "bad", alarm: string | null}}
 */
export function coverageLine(coverage, now) {
  if (!coverage) return { text: "Sources: not known", tone: "warn", alarm: null };
  const { sources, ok, oldest_ok_at: oldest } = coverage;
  if (sources === 0) return { text: "No source", tone: "bad", alarm: "No source is configured: nothing new can arrive." };
  const read = oldest ? `oldest ${ago(now - Date.parse(oldest))}` : "never";
  const text = `${ok} of ${sources} ${sources === 1 ? "source" : "sources"} · ${read}`;
  if (ok === 0) return { text, tone: "bad", alarm: "No source can be read now. What you see may be out of date." };
  return { text, tone: ok < sources ? "warn" : "good", alarm: null };
}
