/**
 * Planned, operated, people: what officials say, and beside it what this service counted. Never added, never mixed.
 */

import { el, symbol } from "./dom.js";
import { counted, countryName, look, LOOKS, lookWord } from "./words.js";

const ROWS = [
  { official: "planned", ours: "routes_planned", head: "Planned" },
  { official: "operated", ours: "routes_operated", head: "Operated" },
  { official: "people", ours: "people", head: "People moved" },
];

/**
 * Show the tallies of whole countries; regions stand in the table.
 * @param {HTMLElement} container
 * @param {any[]} tallies
 * @param {(id: string) => string} sourceName
 */
export function showFigures(container, tallies, sourceName) {
  const whole = tallies.filter((tally) => tally.region === null || tally.region === undefined);
  const shown = whole.length ? whole : [{ country: null, official: null, ledger: null }];
  container.replaceChildren(...shown.map((tally) => country(tally, { named: whole.length > 1, sourceName })));
}

/** @param {any} tally @param {{named: boolean, sourceName: (id: string) => string}} options */
function country({ country: code, official, ledger }, { named, sourceName }) {
  const cards = ROWS.map(({ official: said, ours, head }) => {
    const about = said === "people" && official?.approximate && official.people !== null ? "about " : "";
    return el(
      "div",
      { class: "figure" },
      el("h3", {}, head),
      el("p", { class: "said", data: { figure: `official-${said}` } }, about && el("small", {}, about), counted(official?.[said]), el("span", {}, "official")),
      el("p", { class: "ours", data: { figure: `ours-${said}` } }, counted(ledger?.[ours]), el("span", {}, "our count")),
    );
  });
  return el(
    "div",
    { class: "figure-set" },
    named && el("h2", { class: "figure-country" }, countryName(code) || "Country not named"),
    ...cards,
    el("div", { class: "figure-note" }, ...provenance(official, sourceName)),
  );
}

/** @param {any} official @param {(id: string) => string} sourceName */
function provenance(official, sourceName) {
  const stated = official && [official.planned, official.operated, official.people].some((n) => n !== null && n !== undefined);
  const others = official?.others?.length ?? 0;
  return [
    el(
      "p",
      {},
      el("b", {}, "Official"),
      stated ? ` counts corridors as the announcer does${official.source ? `: ${sourceName(official.source)}` : ""}.` : ": nobody has stated a figure for this day.",
      others > 0 && el("span", { class: "flag" }, `${others} other ${others === 1 ? "statement differs" : "statements differ"}`),
    ),
    el("p", {}, el("b", {}, "Our count"), " is the routes that this service follows, one by one."),
  ];
}

/**
 * Show how many corridors there are of each look; it is the map's legend, too.
 * @param {HTMLElement} list
 * @param {any[]} occurrences
 */
export function showLegend(list, occurrences) {
  const counts = new Map();
  for (const occurrence of occurrences) {
    const { key } = look(occurrence);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const shown = LOOKS.filter((key) => counts.has(key));
  list.replaceChildren(...shown.map((key) => el("li", { class: `look-${key}` }, symbol(key), el("b", {}, counts.get(key)), ` ${lookWord(key)}`)));
}
