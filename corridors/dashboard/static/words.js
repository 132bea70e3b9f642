/**
 * What the API's words are called on screen. Unknown words are shown as they come, with their underscores opened.
 */

/** @typedef {{key: string, word: string, reason: string | null}} Look */

const STATUSES = { open: "Open", announced: "Announced", suspended: "Suspended", closed: "Closed", unknown: "Unknown" };

const REASONS = {
  completed: "completed",
  cancelled: "cancelled",
  not_agreed: "not agreed",
  violated: "violated",
  blocked: "blocked",
  expired: "no report",
  postponed: "postponed",
  relocated: "relocated",
};

const BASES = {
  reported: "a source reported it",
  inferred: "worked out from several reports",
  expired: "time ran out without a report",
  manual: "decided at the desk",
};

const AGREEMENTS = {
  agreed: "agreed",
  partly_agreed: "partly agreed",
  unilateral: "one-sided",
  rejected: "rejected",
  unknown: "not known",
};

const CREDIBILITIES = { 1: "confirmed", 2: "probable", 3: "unconfirmed", 4: "doubtful", 5: "doubtful", 6: "cannot be judged" };

const EVENTS = {
  "corridor.announced": "announced",
  "corridor.opened": "opened",
  "corridor.suspended": "suspended",
  "corridor.resumed": "resumed",
  "corridor.closed": "closed",
  "corridor.changed": "changed",
  "corridor.disputed": "sources disagree",
  "corridor.stale": "no fresh report",
  "corridor.corrected": "corrected",
  "corridor.retracted": "withdrawn",
  "corridor.merged": "merged with another",
  "corridor.starting": "about to start",
  "corridor.ending": "about to end",
  "tally.updated": "Figures of the day updated",
  "source.silent": "Source fell silent",
  "source.recovered": "Source can be read again",
};

const STATES = { ok: "read", pending: "not read yet", late: "late", failing: "failing", silent: "silent", blocked: "refused" };

/** The order in which statuses are counted and drawn, from the most open to the least. */
export const LOOKS = ["open", "announced", "unknown", "suspended", "closed", "expired", "completed"];

const LOOK_WORDS = {
  open: "Open",
  announced: "Announced",
  unknown: "Unknown",
  suspended: "Suspended",
  closed: "Closed",
  expired: "No report",
  completed: "Completed",
};

/** @param {string} word */
const plain = (word) => String(word).replaceAll("_", " ");

/** @param {Record<string, string>} table */
const reader = (table) => (/** @type {string | null | undefined} */ word) =>
  word === null || word === undefined ? "" : Object.hasOwn(table, word) ? table[word] : plain(word);

export const reasonWord = reader(REASONS);
export const basisWord = reader(BASES);
export const agreementWord = reader(AGREEMENTS);
export const credibilityWord = reader(CREDIBILITIES);
export const eventWord = reader(EVENTS);
export const stateWord = reader(STATES);
export const statusWord = reader(STATUSES);
export const lookWord = reader(LOOK_WORDS);
export const isShown = (/** @type {string} */ type) => Object.hasOwn(EVENTS, type);

/**
 * Say how an occurrence's status looks: `key` names symbol, colour and line pattern. A closed corridor that did its
 * work and one that was shut are not the same news, so the reason takes part.
 * @param {{status: string, reason?: string | null}} occurrence
 * @returns {Look}
 */
export function look({ status, reason }) {
  const known = Object.hasOwn(STATUSES, status) ? status : "unknown";
  const key = known === "closed" && (reason === "completed" || reason === "expired") ? reason : known;
  return { key, word: statusWord(status), reason: reason ? reasonWord(reason) : null };
}

/**
 * Say what a list of API words is called, "on foot and by bus" as "foot, bus".
 * @param {string[] | null | undefined} list
 */
export const listed = (list) => (list ?? []).map(plain).join(", ");

const numbers = new Intl.NumberFormat("en");

/**
 * Write a count; null means that nobody said, which is never 0.
 * @param {number | null | undefined} count
 */
export const counted = (count) => (count === null || count === undefined ? "–" : numbers.format(count));

const names = new Intl.DisplayNames(["en"], { type: "region", fallback: "code" });

/** @param {string | null | undefined} code  ISO 3166-1 alpha-2, or a party's own abbreviation */
export function countryName(code) {
  if (!code) return "";
  try {
    return names.of(code) ?? code;
  } catch {
    return code;
  }
}

/**
 * Name a corridor's two ends, or its own name where it is a road, a gate or an area.
 * @param {any} summary  the API's corridor_summary, or the corridor of an event
 * @returns {{from: string | null, to: string | null, name: string | null}}
 */
export function routeNames(summary) {
  const route = summary?.route ?? {};
  const label = summary?.name?.en ?? Object.values(summary?.name ?? {})[0] ?? summary?.slug ?? summary?.id ?? "?";
  const from = route.origin?.name ?? null;
  const to = route.destination?.name ?? null;
  return { from, to, name: route.name ?? (from || to ? null : String(label)) };
}

/** @param {any} summary */
export function routeText(summary) {
  const { from, to, name } = routeNames(summary);
  if (!from && !to) return name ?? "?";
  const ends = from && to ? `${from} → ${to}` : from ? `from ${from}` : `to ${to}`;
  return name ? `${name}: ${ends}` : ends;
}
