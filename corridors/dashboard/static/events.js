/**
 * The column of changes, newest first; the corridor's own list in the detail view uses the same lines.
 */

import { timeIn } from "./clock.js";
import { el, symbol } from "./dom.js";
import { eventWord, isShown, look, reasonWord, routeText, statusWord } from "./words.js";

/** @typedef {{day: string | null, zone: string, onSelect?: (corridor: string, date: string | null) => void}} Options */

const SHOWN = 60;

/**
 * Show `events` (oldest first, as the feed gives them).
 * @param {HTMLElement} list
 * @param {any[]} events
 * @param {Options} options
 */
export function showEvents(list, events, options) {
  const shown = events.filter((event) => isShown(event.type)).slice(-SHOWN).reverse();
  const lines = shown.map((event) => eventLine(event, options));
  list.replaceChildren(...(lines.length ? lines : [el("li", { class: "empty" }, "Nothing has changed yet.")]));
}

/**
 * Make one line: when, what, and what it was before.
 * @param {any} event
 * @param {Options} options  without `onSelect` the line is no button
 */
export function eventLine(event, { day, zone, onSelect }) {
  const { occurrence, corridor } = event.data ?? {};
  const key = occurrence ? look(occurrence).key : "note";
  const more = occurrence ? circumstances(event.data, day) : subject(event.data);
  const what = el("b", {}, eventWord(event.type));
  const body = [
    symbol(key),
    corridor ? el("strong", {}, routeText(corridor)) : what,
    el("time", {}, timeIn(occurrence?.updated_at ?? event.timestamp, occurrence?.zone ?? zone, day)),
    el("span", { class: "event-more" }, corridor && what, corridor && more && " · ", more),
  ];
  const properties = { class: `event look-${key}` };
  if (!corridor || !onSelect) return el("li", properties, ...body);
  const select = () => onSelect(corridor.id, occurrence?.date ?? null);
  return el("li", properties, el("button", { type: "button", on: { click: select } }, ...body));
}

/** @param {any} data @param {string | null} day */
function circumstances({ occurrence, previous }, day) {
  const changed = previous?.status && previous.status !== occurrence.status;
  const parts = [
    occurrence.reason && reasonWord(occurrence.reason),
    changed && `was ${statusWord(previous.status).toLowerCase()}`,
    occurrence.date !== day && `for ${occurrence.date}`,
  ];
  return parts.filter(Boolean).join(" · ");
}

/** @param {any} data */
function subject(data) {
  const source = data?.source;
  const name = typeof source === "string" ? source : (source?.name ?? source?.id);
  return name ?? data?.tally?.date ?? null;
}
