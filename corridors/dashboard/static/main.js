/**
 * The ops-room page: puts the parts together. Start reading here.
 *
 * The API is asked (live.js); what it says is kept in `state`; `render` shows it. Only this file knows all the parts.
 */

import { Api, ApiError } from "./api.js";
import { age, dayName, DomainClock, isDate, shifted, timeIn, zoneName } from "./clock.js";
import { showDetail } from "./detail.js";
import { byId, say } from "./dom.js";
import { showEvents } from "./events.js";
import { showFigures, showLegend } from "./figures.js";
import { Live } from "./live.js";
import { Atlas } from "./map/atlas.js";
import { decode } from "./map/basemap.js";
import { coverageLine, showSources } from "./sources.js";
import { CorridorTable, grouped } from "./table.js";

const INTERVAL_MS = 5_000;
/** Without a good answer for so long the page says loudly that it shows the past. */
const LOST_MS = 20_000;
const MOST_ON_ICON = 100;

const { root = "", title = "Corridors" } = document.body.dataset;
const api = new Api(`${root}/v1`);
const clock = new DomainClock(INTERVAL_MS + 1_000);

const state = {
  /** @type {{country: string, date: string, zone: string}[]} */
  today: [],
  /** @type {string | null}  the day that the reader chose, null = follow today */
  chosen: null,
  /** @type {string | null} */
  selected: null,
  /** @type {any[]} */
  occurrences: [],
  /** @type {any[]} */
  tallies: [],
  /** @type {any[]} */
  sources: [],
  /** @type {any} */
  coverage: null,
  notice: "",
  /** @type {Set<string>}  credits as they are shown */
  attribution: new Set(),
  /** @type {Map<string, string>}  region names by ISO 3166-2 code */
  regions: new Map(),
  /** @type {string | null}  the day that `occurrences` are of */
  loaded: null,
  /** @type {any[]}  changes of the selected corridor */
  history: [],
};

/** @type {Atlas | null} */
let atlas = null;

const table = new CorridorTable(byId("table"), {
  onSelect: (corridor) => select(corridor === state.selected ? null : corridor),
  onHover: hover,
  announce: (text) => say(byId("announcer"), text),
});

const live = new Live(api, {
  interval: INTERVAL_MS,
  longest: 60_000,
  refresh: 60_000,
  onNow: (now) => {
    const before = day();
    clock.set(now);
    state.today = now.today ?? [];
    if (day() !== before) live.refetch();
  },
  onChange: refresh,
  onState: () => tick(),
});

const today = () => state.today[0]?.date ?? null;
const zone = () => state.occurrences[0]?.zone ?? state.today[0]?.zone ?? "UTC";
const day = () => state.chosen ?? today();
const regionName = (/** @type {string} */ code) => state.regions.get(code) ?? null;

/** Fetch what is shown for the day; called by `live` whenever something moved. */
async function refresh() {
  const date = day();
  if (!date) return;
  const [occurrences, tallies, sources] = await Promise.all([
    api.all("/occurrences", { date, limit: 1000 }),
    api.all("/tallies", { date }),
    api.all("/sources"),
  ]);
  if (date !== day()) return;
  state.occurrences = occurrences.body.data;
  state.tallies = tallies.body.data;
  state.sources = sources.body.data;
  state.coverage = sources.body.coverage ?? occurrences.body.coverage;
  state.notice = occurrences.body.notice ?? state.notice;
  for (const { body } of [occurrences, tallies, sources]) for (const credit of body.attribution ?? []) state.attribution.add(credited(credit));
  state.loaded = date;
  await nameRegions();
  render();
  await loadHistory();
}

async function nameRegions() {
  const known = new Set([...state.regions.keys()].map((code) => code.split("-")[0]));
  const codes = state.occurrences.map(({ corridor_summary: summary }) => summary?.country);
  const missing = [...new Set(codes)].filter((code) => /^[A-Z]{2}$/.test(code) && !known.has(code));
  for (const country of missing) {
    const response = await fetch(`${root}/static/dashboard/regions/${country}.json`);
    if (response.ok) for (const [code, name] of Object.entries(await response.json())) state.regions.set(code, name);
  }
}

/** Read the selected corridor's own changes; where the API has none, those of the column do. */
async function loadHistory() {
  const corridor = state.selected;
  if (!corridor) return;
  const ours = live.events.filter((event) => event.data?.corridor?.id === corridor);
  try {
    const { body } = await api.all(`/corridors/${encodeURIComponent(corridor)}/events`, { limit: 200 });
    state.history = body.data;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    state.history = ours;
  }
  if (corridor === state.selected) renderDetail();
}

function render() {
  const date = state.loaded;
  if (!date) return;
  const groups = grouped(state.occurrences, regionName);
  const regions = new Map(state.tallies.filter((tally) => tally.region).map((tally) => [tally.region, tally]));
  table.show(groups, { day: date, regions, selected: state.selected });
  showLegend(byId("legend"), state.occurrences);
  showFigures(byId("figures"), state.tallies, (id) => state.sources.find((source) => source.id === id)?.name ?? id);
  showEvents(byId("events"), live.events, { day: today(), zone: zone(), onSelect: goTo });
  atlas?.show(state.occurrences, regionName);
  atlas?.select(state.selected);
  say(byId("notice"), state.notice || (byId("notice").textContent ?? ""));
  say(byId("attribution"), ["Map: Natural Earth, GeoNames (CC BY 4.0)", ...state.attribution].join(" · "));
  renderDetail();
  renderTab();
  tick();
}

/** @param {any} given  a credit is a sentence, or a record with one */
const credited = (given) => (typeof given === "string" ? given : (given?.text ?? given?.name ?? ""));

function renderDetail() {
  const panel = byId("detail");
  const occurrence = state.occurrences.find(({ corridor }) => corridor === state.selected);
  panel.hidden = !occurrence;
  document.body.classList.toggle("has-detail", Boolean(occurrence));
  if (!occurrence) return;
  const scrolled = panel.scrollTop;
  showDetail(panel, occurrence, { events: state.history, root: api.root, notice: state.notice, onClose: () => select(null) });
  panel.scrollTop = scrolled;
}

function renderTab() {
  const open = state.occurrences.filter(({ status }) => status === "open").length;
  document.title = `(${open} open) ${title}`;
  const icon = `${root}/static/dashboard/icons/${Math.min(open, MOST_ON_ICON)}.svg`;
  if (byId("icon").getAttribute("href") !== icon) byId("icon").setAttribute("href", icon);
}

/** Everything that moves with the hour: ages, the clock, and how loud the page must be. Runs every second. */
function tick() {
  const now = clock.now();
  const silence = live.heard.elapsed();
  const lost = silence > LOST_MS;
  const heard = live.everHeard;
  document.body.dataset.connection = lost ? "lost" : heard ? "live" : "connecting";
  chip("connection", lost ? "bad" : heard ? "good" : "quiet", lost ? `No connection for ${age(silence)}` : heard ? `Live · ${age(silence)} ago` : "Connecting…");
  const { text, tone, alarm } = state.coverage ? coverageLine(state.coverage, clock.realNow()) : { text: "", tone: "quiet", alarm: null };
  chip("coverage", tone, text);
  const hour = Number.isNaN(now) ? "" : timeIn(now, zone());
  say(byId("clock"), hour && `${hour} ${zoneName(zone())}${clock.speed === 1 ? "" : clock.speed === 0 ? " · stopped" : ` · ×${clock.speed}`}`);
  const past = heard ? `What you see was known at ${timeIn(clock.told, zone())} ${zoneName(zone())}.` : "Nothing could be read yet.";
  const shout = lost ? `No connection to the service. ${past} Do not rely on it.` : alarm;
  byId("alarm").hidden = !shout;
  say(byId("alarm"), shout ?? "");
  renderDay();
  if (state.loaded) showSources(byId("sources"), state.sources, clock.realNow());
}

/** @param {string} id @param {string} tone @param {string} text */
function chip(id, tone, text) {
  byId(id).dataset.tone = tone;
  say(byId(id), text);
}

function renderDay() {
  const date = day();
  if (!date) return;
  const now = today();
  const tense = !now || date === now ? "today" : date < now ? "past" : "coming";
  document.body.dataset.day = tense;
  say(byId("day"), tense === "today" ? `${dayName(date)} · today` : `${dayName(date)} · ${tense} day`);
  byId("day").setAttribute("datetime", date);
  byId("day-today").hidden = tense === "today";
}

/** @param {string | null} corridor */
function select(corridor) {
  const before = state.selected;
  state.selected = corridor;
  state.history = live.events.filter((event) => event.data?.corridor?.id === corridor);
  table.mark(corridor, "selected");
  atlas?.select(corridor);
  renderDetail();
  remember();
  if (corridor) {
    byId("detail").scrollTop = 0;
    byId("detail").focus({ preventScroll: false });
    table.reveal(corridor);
    void loadHistory();
  } else if (before) {
    table.focus(before);
  }
}

/** @param {string | null} corridor */
function hover(corridor) {
  table.mark(corridor, "hovered");
  atlas?.hover(corridor);
}

/** Show a corridor on its day. @param {string} corridor @param {string | null} date */
function goTo(corridor, date) {
  if (date && date !== day()) choose(date);
  select(corridor);
}

/** @param {string | null} date */
function choose(date) {
  state.chosen = date === today() ? null : date;
  remember();
  renderDay();
  live.refetch();
}

/** Keep day and corridor in the address, so that a link shows the same. */
function remember() {
  const parts = [state.chosen, state.selected].filter(Boolean);
  history.replaceState(null, "", parts.length ? `#${parts.join("/")}` : location.pathname + location.search);
}

function recall() {
  const parts = location.hash.slice(1).split("/");
  state.chosen = parts.find(isDate) ?? null;
  state.selected = parts.find((part) => part.startsWith("cor_")) ?? null;
}

const step = (/** @type {number} */ days) => () => day() && choose(shifted(/** @type {string} */ (day()), days));

async function start() {
  recall();
  byId("day-before").addEventListener("click", step(-1));
  byId("day-after").addEventListener("click", step(1));
  byId("day-today").addEventListener("click", () => choose(null));
  document.addEventListener("keydown", ({ key }) => key === "Escape" && state.selected && select(null));
  window.addEventListener("hashchange", () => {
    recall();
    live.refetch();
  });
  window.setInterval(tick, 1_000);
  live.start();
  const response = await fetch(`${root}/static/dashboard/basemap.json`);
  const places = { map: byId("map"), insets: byId("insets") };
  atlas = new Atlas(places, decode(await response.json()), { onSelect: (corridor) => select(corridor), onHover: hover });
  render();
}

void start();
