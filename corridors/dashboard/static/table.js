/**
 * The corridor table: the primary view. One row a corridor, grouped by region, status first.
 */

import { timeIn } from "./clock.js";
import { el, symbol } from "./dom.js";
import { agreementWord, counted, countryName, credibilityWord, listed, look, routeNames, routeText, statusWord } from "./words.js";

/** @typedef {{key: string, name: string, rows: any[]}} Group */

const NOTED_MS = 120_000;

/**
 * Put occurrences under the region where people leave, or else arrive.
 * @param {any[]} occurrences
 * @param {(code: string) => string | null} regionName  name of an ISO 3166-2 code, where known
 * @returns {Group[]}  by country and region name; rows by route
 */
export function grouped(occurrences, regionName) {
  /** @type {Map<string, Group>} */
  const groups = new Map();
  const several = new Set(occurrences.map((o) => o.corridor_summary?.country)).size > 1;
  for (const occurrence of occurrences) {
    const { country, route } = occurrence.corridor_summary ?? {};
    const region = route?.origin?.adm1 ?? route?.destination?.adm1 ?? null;
    const key = region ?? country ?? "";
    const place = (region && (regionName(region) ?? region)) || (several ? "no region named" : "Region not named");
    const name = several && country ? `${countryName(country)} · ${place}` : place;
    if (!groups.has(key)) groups.set(key, { key, name, rows: [] });
    groups.get(key)?.rows.push(occurrence);
  }
  const byText = (/** @type {string} */ a, /** @type {string} */ b) => a.localeCompare(b, "en");
  for (const group of groups.values()) {
    group.rows.sort((a, b) => byText(routeText(a.corridor_summary), routeText(b.corridor_summary)));
  }
  return [...groups.values()].sort((a, b) => byText(a.name, b.name));
}

/** The badge of an occurrence: shape, word and colour together, and since when. @param {any} occurrence */
export function badge(occurrence) {
  const { key, word, reason } = look(occurrence);
  const since = occurrence.since_at ? timeIn(occurrence.since_at, occurrence.zone, occurrence.date) : "";
  const more = reason ? `${reason} ${since}` : since && `since ${since}`;
  return el("span", { class: `badge look-${key}` }, symbol(key), el("span", { class: "badge-words" }, el("b", {}, word), more && el("i", {}, more)));
}

/** Planned hours, "09:00–21:00"; several windows joined. @param {any} occurrence */
export function hours(occurrence) {
  const windows = occurrence.windows ?? [];
  if (!windows.length) return "–";
  return windows
    .map((/** @type {any} */ { start, end }) => (start && end ? `${start}–${end}` : start ? `from ${start}` : end ? `until ${end}` : "–"))
    .join(", ");
}

export class CorridorTable {
  /** @type {Map<string, {status: string, was: string | null, at: number}>} */
  #seen = new Map();
  /** @type {string | null} */
  #day = null;

  /**
   * @param {HTMLElement} container
   * @param {{onSelect: (corridor: string) => void, onHover: (corridor: string | null) => void,
   *   announce: (text: string) => void}} callbacks
   */
  constructor(container, callbacks) {
    this.container = container;
    this.callbacks = callbacks;
  }

  /**
   * Show a day. Rows whose status differs from the last time that this day was shown flash, and say what they were.
   * @param {Group[]} groups
   * @param {{day: string, regions: Map<string, any>, selected: string | null}} view  regions: tallies by ISO 3166-2 code
   */
  show(groups, { day, regions, selected }) {
    const changed = this.#compare(groups.flatMap((group) => group.rows), day);
    const focused = document.activeElement instanceof HTMLElement ? document.activeElement.dataset.corridor : undefined;
    const scrolled = this.container.scrollTop;
    this.container.replaceChildren(
      groups.length ? this.#table(groups, { regions, changed }) : el("p", { class: "empty" }, "No corridor is known for this day."),
    );
    this.container.scrollTop = scrolled;
    this.mark(selected, "selected");
    if (focused) this.#button(focused)?.focus({ preventScroll: true });
  }

  /**
   * Give the row of `corridor` a state, and take it from all others.
   * @param {string | null} corridor @param {"selected" | "hovered"} state
   */
  mark(corridor, state) {
    for (const row of this.container.querySelectorAll("tr[data-corridor]")) {
      row.classList.toggle(state, row instanceof HTMLElement && row.dataset.corridor === corridor);
    }
  }

  /** Bring the row into view and put the keyboard there. @param {string} corridor */
  focus(corridor) {
    this.#button(corridor)?.focus();
  }

  /** @param {string} corridor */
  reveal(corridor) {
    this.#button(corridor)?.closest("tr")?.scrollIntoView({ block: "nearest" });
  }

  /** @param {string} corridor @returns {HTMLElement | null} */
  #button(corridor) {
    return this.container.querySelector(`button[data-corridor="${CSS.escape(corridor)}"]`);
  }

  /** @param {any[]} occurrences @param {string} day @returns {Set<string>} ids of those that have just changed */
  #compare(occurrences, day) {
    if (day !== this.#day) this.#seen.clear();
    const first = this.#seen.size === 0 && day !== this.#day;
    this.#day = day;
    const changed = new Set();
    for (const occurrence of occurrences) {
      const before = this.#seen.get(occurrence.id);
      if (before?.status === occurrence.status) continue;
      const was = before?.status ?? null;
      this.#seen.set(occurrence.id, { status: occurrence.status, was, at: performance.now() });
      if (first) continue;
      changed.add(occurrence.id);
      const before_words = was ? ` (was ${statusWord(was).toLowerCase()})` : " (new)";
      this.callbacks.announce(`${routeText(occurrence.corridor_summary)}: ${statusWord(occurrence.status)}${before_words}`);
    }
    return changed;
  }

  /** @param {Group[]} groups @param {{regions: Map<string, any>, changed: Set<string>}} view */
  #table(groups, { regions, changed }) {
    const heads = ["Status", "Corridor", "Hours", "People", "Agreement"];
    return el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
      ...groups.map((group) =>
        el("tbody", {}, groupRow(group, regions.get(group.key)), ...group.rows.map((row) => this.#row(row, changed.has(row.id)))),
      ),
    );
  }

  /** @param {any} occurrence @param {boolean} flashing */
  #row(occurrence, flashing) {
    const { corridor } = occurrence;
    const { key } = look(occurrence);
    const seen = this.#seen.get(occurrence.id);
    const was = seen?.was && performance.now() - seen.at < NOTED_MS ? `was ${statusWord(seen.was).toLowerCase()}` : null;
    const { onHover, onSelect } = this.callbacks;
    const on = { click: () => onSelect(corridor), mouseenter: () => onHover(corridor), mouseleave: () => onHover(null) };
    return el(
      "tr",
      { class: `row look-${key}${flashing ? " flash" : ""}`, data: { corridor }, on },
      el("td", { class: "cell-status" }, badge(occurrence), was && el("span", { class: "was" }, was)),
      el("td", { class: "cell-route" }, routeButton(occurrence), el("div", { class: "under" }, ...remarks(occurrence))),
      el("td", { class: "cell-hours", data: { head: "Hours" } }, hours(occurrence)),
      el("td", { class: "cell-people", data: { head: "People" } }, counted(occurrence.people)),
      el("td", { class: "cell-agreement", data: { head: "Agreement" } }, agreementWord(occurrence.agreement?.roll_up) || "–"),
    );
  }
}

/** @param {any} occurrence */
function routeButton({ corridor, corridor_summary: summary }) {
  const { from, to, name } = routeNames(summary);
  const unnamed = (/** @type {string} */ text) => el("span", { class: "missing" }, text);
  const ends = from || to ? [from ?? unnamed("start not named"), el("span", { class: "arrow" }, " → "), to ?? unnamed("destination not named")] : [];
  const parts = name ? [name, ends.length ? " · " : null, ...ends] : ends;
  return el("button", { type: "button", class: "route", data: { corridor } }, ...parts);
}

/** @param {any} occurrence */
function remarks(occurrence) {
  const via = (occurrence.corridor_summary?.route?.via ?? []).map((/** @type {any} */ place) => place.name).join(", ");
  const publishers = occurrence.publishers > 1 ? `, ${occurrence.publishers} publishers` : "";
  const quiet = [
    via && `via ${via}`,
    listed(occurrence.modes),
    occurrence.credibility && `${credibilityWord(occurrence.credibility)}${publishers}`,
  ].filter(Boolean);
  return [
    occurrence.conflict && el("span", { class: "flag" }, symbol("conflict"), "sources disagree"),
    occurrence.stale && el("span", { class: "flag" }, "no fresh report for 24 h"),
    occurrence.withheld && el("span", { class: "flag" }, "parts withheld"),
    el("span", {}, quiet.join(" · ")),
  ];
}

/** @param {Group} group @param {any} tally */
function groupRow({ name, rows }, tally) {
  const official = tally?.official;
  const said = official && [
    official.planned !== null && official.planned !== undefined && `${counted(official.planned)} planned`,
    official.operated !== null && official.operated !== undefined && `${counted(official.operated)} operated`,
    official.people !== null && official.people !== undefined && `${official.approximate ? "about " : ""}${counted(official.people)} people`,
  ].filter(Boolean);
  const figures = said?.length ? el("span", { class: "group-figures" }, el("em", {}, "official"), ` ${said.join(", ")}`) : null;
  const count = `${rows.length} ${rows.length === 1 ? "route" : "routes"}`;
  return el("tr", { class: "group" }, el("th", { scope: "rowgroup", colspan: 5 }, el("span", {}, name), el("span", { class: "group-count" }, count), figures));
}
