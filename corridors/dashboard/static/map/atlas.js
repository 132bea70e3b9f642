/**
 * All maps of the page together: the large one, and a small one for each crowded area.
 */

import { el } from "../dom.js";
import { crowded, extent, routeOf } from "./geometry.js";
import { MapView } from "./view.js";

/** @typedef {import("./geometry.js").Route} Route */
/** @typedef {import("./geometry.js").LatLng} LatLng */
/** @typedef {{view: MapView, heading: HTMLElement, box: HTMLElement, corners: any}} Inset */

export class Atlas {
  #drawn = "";
  /** @type {Inset[]} */
  #insets = [];
  #touched = false;

  /**
   * @param {{map: HTMLElement, insets: HTMLElement}} places
   * @param {import("./basemap.js").Basemap} basemap
   * @param {import("./view.js").Callbacks} callbacks
   */
  constructor(places, basemap, callbacks) {
    this.places = places;
    this.basemap = basemap;
    this.callbacks = callbacks;
    this.large = new MapView(places.map, basemap, callbacks);
    places.map.append(this.#controls());
    places.map.addEventListener("pointerdown", () => (this.#touched = true));
    places.map.addEventListener("wheel", () => (this.#touched = true), { passive: true });
    new ResizeObserver(() => this.#fit()).observe(places.map);
    new ResizeObserver(() => this.#fit()).observe(places.insets);
  }

  /**
   * Draw the day's corridors. The view moves only when the set of corridors changes, never under the reader's hand.
   * @param {any[]} occurrences
   * @param {(code: string) => string | null} regionName
   */
  show(occurrences, regionName) {
    const routes = occurrences.map(routeOf);
    const drawn = routes.map(({ corridor, line }) => `${corridor}${line?.join() ?? ""}`).sort().join();
    const isNew = drawn !== this.#drawn;
    this.#drawn = drawn;
    const groups = crowded(routes);
    while (this.#insets.length > groups.length) this.#insets.pop()?.box.remove();
    while (this.#insets.length < groups.length) this.#insets.push(this.#inset());
    this.places.insets.hidden = groups.length === 0;
    this.places.insets.dataset.count = String(groups.length);
    const frames = groups.map((group, i) => {
      const inset = this.#insets[i];
      const name = title(group, regionName);
      inset.heading.textContent = `${name} · ${group.length}`;
      inset.corners = extent(group);
      inset.box.style.flexGrow = String(proportion(inset.corners));
      inset.view.show(routes);
      return { corners: inset.corners, name, open: () => this.large.fit(inset.corners) };
    });
    this.large.show(routes, frames);
    this.whole = extent(routes);
    if (isNew) {
      this.#touched = false;
      this.#fit();
    }
  }

  /** @param {string | null} corridor */
  select(corridor) {
    for (const view of this.#views()) view.select(corridor);
  }

  /** @param {string | null} corridor */
  hover(corridor) {
    for (const view of this.#views()) view.hover(corridor);
  }

  #views() {
    return [this.large, ...this.#insets.map(({ view }) => view)];
  }

  #fit() {
    this.large.fit(this.#touched ? null : (this.whole ?? null));
    for (const { view, corners } of this.#insets) view.fit(corners);
  }

  /** @returns {Inset} */
  #inset() {
    const heading = el("h3", {});
    const place = el("div", { class: "map" });
    const box = el("div", { class: "inset" }, heading, place);
    this.places.insets.append(box);
    return { box, heading, corners: null, view: new MapView(place, this.basemap, this.callbacks, { small: true }) };
  }

  #controls() {
    const button = (/** @type {string} */ label, /** @type {string} */ text, /** @type {() => void} */ click) =>
      el("button", { type: "button", "aria-label": label, title: label, on: { click } }, text);
    const all = () => {
      this.#touched = false;
      this.#fit();
    };
    const controls = el(
      "div",
      { class: "controls" },
      button("Zoom in", "+", () => this.large.zoom(0.75)),
      button("Zoom out", "−", () => this.large.zoom(-0.75)),
      button("Show all corridors", "◻", all),
    );
    controls.addEventListener("dblclick", (event) => event.stopPropagation());
    return controls;
  }
}

/** How wide a small map should be for its height, within reason. @param {[LatLng, LatLng]} corners */
function proportion([[south, west], [north, east]]) {
  const width = (east - west) * Math.cos((south * Math.PI) / 180);
  return Math.min(1.7, Math.max(1, width / Math.max(north - south, 0.01)));
}

/** @param {Route[]} group @param {(code: string) => string | null} regionName */
function title(group, regionName) {
  const counts = new Map();
  for (const { occurrence } of group) {
    const { origin, destination } = occurrence.corridor_summary.route;
    const code = origin?.adm1 ?? destination?.adm1;
    if (code) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1])[0] ?? [];
  return (most && (regionName(most) ?? most)) || `around ${group[0].towns[0].name}`;
}
