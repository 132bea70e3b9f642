/**
 * One corridor on one day, in full: why its status is what it is, hours, agreement, sources, and its own history.
 */

import { dayName, timeIn, zoneName } from "./clock.js";
import { el, link, symbol } from "./dom.js";
import { eventLine } from "./events.js";
import { badge } from "./table.js";
import { agreementWord, basisWord, counted, countryName, credibilityWord, listed, routeText } from "./words.js";

/**
 * @param {HTMLElement} panel
 * @param {any} occurrence
 * @param {object} context
 * @param {any[]} context.events  of this corridor, oldest first
 * @param {string} context.root  path of the API
 * @param {string} context.notice
 * @param {() => void} context.onClose
 */
export function showDetail(panel, occurrence, { events, root, notice, onClose }) {
  const summary = occurrence.corridor_summary ?? {};
  panel.replaceChildren(
    el(
      "header",
      { class: "detail-head" },
      el("h2", {}, routeText(summary)),
      el("button", { type: "button", class: "close", "aria-label": "Close details", on: { click: onClose } }, "✕"),
    ),
    el("div", { class: "detail-status" }, badge(occurrence), el("span", {}, `${dayName(occurrence.date)}, ${zoneName(occurrence.zone)}`)),
    ...warnings(occurrence),
    section("Why", reasons(occurrence)),
    section("Facts", el("dl", {}, ...facts(occurrence, summary).flatMap(([term, text]) => [el("dt", {}, term), el("dd", {}, text)]))),
    section("Sources", sourceList(events)),
    section("History", history(events, occurrence)),
    section("As data", links(occurrence, root)),
    el("p", { class: "notice" }, notice),
  );
}

/** @param {string} head @param {Node} body */
const section = (head, body) => el("section", {}, el("h3", {}, head), body);

/** @param {any} occurrence */
function warnings({ conflict, stale, withheld }) {
  return [
    conflict && el("p", { class: "warning" }, symbol("conflict"), "The sources contradict each other. The safer status is shown; both statements stay visible."),
    stale && el("p", { class: "warning" }, symbol("unknown"), "No fresh report for 24 hours on something that holds until further notice."),
    withheld && el("p", { class: "warning" }, symbol("note"), "Parts of this record are withheld from public view."),
  ].filter((warning) => warning instanceof HTMLElement);
}

/** @param {any} occurrence */
function reasons({ why }) {
  if (!why?.length) return el("p", { class: "empty" }, "No reason is recorded.");
  return el("ol", { class: "why" }, ...why.map((/** @type {any} */ { text, rule }) => el("li", {}, text, " ", el("code", {}, rule))));
}

/** @param {any} occurrence @param {any} summary @returns {[string, string][]} */
function facts(occurrence, summary) {
  const parties = Object.entries(occurrence.agreement?.parties ?? {}).map(([party, stance]) => `${countryName(party)}: ${stance}`);
  const via = (summary.route?.via ?? []).map((/** @type {any} */ place) => place.name).join(", ");
  /** @type {[string, string | null | undefined | false][]} */
  const all = [
    ["Planned hours", windows(occurrence)],
    ["Via", via],
    ["Moves by", listed(occurrence.modes)],
    ["For", listed(occurrence.purpose)],
    ["People moved", counted(occurrence.people)],
    ["Operated", occurrence.operated ? "yes" : "not reported"],
    ["Agreement", [agreementWord(occurrence.agreement?.roll_up), parties.join(", ")].filter(Boolean).join(" · ")],
    ["Credibility", `${credibilityWord(occurrence.credibility)} · ${publishers(occurrence)}`],
    ["Rests on", basisWord(occurrence.basis)],
    ["Sensitivity", occurrence.sensitivity !== "low_or_none" && String(occurrence.sensitivity ?? "").replaceAll("_", " ")],
    ["Line on the map", mapped(summary)],
    ["Last updated", timeIn(occurrence.updated_at, occurrence.zone, occurrence.date)],
  ];
  return all.flatMap(([term, text]) => (text ? [[term, text]] : []));
}

/** @param {any} occurrence */
const publishers = ({ publishers: count, claims }) => {
  const of = (/** @type {number} */ n, /** @type {string} */ noun) => `${counted(n)} ${noun}${n === 1 ? "" : "s"}`;
  return `${of(claims ?? 0, "statement")}, ${of(count ?? 0, "independent publisher")}`;
};

/** @param {any} occurrence */
function windows({ windows: list }) {
  const end = (/** @type {string | null} */ at, /** @type {boolean} */ verified) => (at ? `${at} (${verified ? "confirmed" : "planned"})` : "not stated");
  return (list ?? [])
    .map((/** @type {any} */ w) => `${end(w.start, w.start_verified)} to ${end(w.end, w.end_verified)}`)
    .join("; ") || "not stated";
}

/** @param {any} summary */
function mapped({ geometry, geometry_precision: precision }) {
  if (!geometry) return "none: at least one end is not known";
  return precision === "schematic" ? "schematic: joins known points, follows no road" : precision;
}

/** @param {any[]} events */
function sourceList(events) {
  const byAddress = new Map();
  for (const source of events.flatMap((event) => event.data?.sources ?? [])) byAddress.set(source.url ?? source.id, source);
  if (!byAddress.size) return el("p", { class: "empty" }, "No source is named.");
  const shown = [...byAddress.values()].sort((a, b) => String(b.published_at).localeCompare(String(a.published_at)));
  return el(
    "ul",
    { class: "source-links" },
    ...shown.map((source) =>
      el("li", {}, link(source.url, source.name ?? source.id), source.published_at && el("small", {}, ` ${timeIn(source.published_at, "UTC", "")} UTC`)),
    ),
  );
}

/** @param {any[]} events @param {any} occurrence */
function history(events, { zone, date }) {
  if (!events.length) return el("p", { class: "empty" }, "No change is recorded.");
  return el("ol", { class: "history" }, ...[...events].reverse().map((event) => eventLine(event, { day: date, zone })));
}

/** @param {any} occurrence @param {string} root */
function links({ corridor }, root) {
  const base = `${root}/corridors/${encodeURIComponent(corridor)}`;
  const parts = [["corridor", ""], ["its days", "/occurrences"], ["its statements", "/claims"], ["its changes", "/events"]];
  return el("p", { class: "links" }, ...parts.map(([text, path]) => link(base + path, text)));
}
