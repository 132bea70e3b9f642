/**
 * One Leaflet map with its ground, routes, towns and names. The page has a large one and small ones for crowded areas.
 */

import { el, symbol } from "../dom.js";
import { look, routeText } from "../words.js";
import { addBasemap, roomyCountries, visibleCities } from "./basemap.js";
import { along, bent, distanceKm } from "./geometry.js";
import { placed } from "./labels.js";

/** @typedef {import("./geometry.js").Route} Route */
/** @typedef {import("./geometry.js").LatLng} LatLng */
/** @typedef {{onSelect: (corridor: string) => void, onHover: (corridor: string | null) => void}} Callbacks */
/** @typedef {{corners: [LatLng, LatLng], name: string, open: () => void}} Frame */

/** @typedef {{text: string, at: LatLng, className: string, priority: number, gap?: number}} Name */

const TOWN_GAP = 8;
/** A city of the ground this near to a town of a route is that town. */
const SAME_TOWN_KM = 12;
/** What map.css lays over a map, in pixels: the heading of a small one, the buttons of the large one. */
const HEADING = 30;
const CONTROLS = { width: 52, height: 116 };
/** On a shorter line, in pixels, symbol and arrow would cover each other. */
const ROOM_FOR_SYMBOL = 56;
const ARROW_AT = 0.74;
const SYMBOL_AT = 0.44;

export class MapView {
  /** @type {Route[]} */
  #routes = [];
  /** @type {Map<string, any[]>}  Leaflet layers by corridor */
  #layers = new Map();
  /** @type {Name[]} */
  #names = [];
  /** @type {Frame[]} */
  #frames = [];
  #selected = /** @type {string | null} */ (null);

  /**
   * @param {HTMLElement} container
   * @param {import("./basemap.js").Basemap} basemap
   * @param {Callbacks} callbacks
   * @param {{small?: boolean}} [options]  small: a fixed picture without controls
   */
  constructor(container, basemap, callbacks, { small = false } = {}) {
    this.L = /** @type {any} */ (window).L;
    this.callbacks = callbacks;
    this.basemap = basemap;
    this.small = small;
    const touch = this.L.Browser.mobile;
    const moving = small ? { dragging: false, touchZoom: false, scrollWheelZoom: false, doubleClickZoom: false, boxZoom: false, keyboard: false } : { dragging: !touch };
    this.map = this.L.map(container, {
      attributionControl: false, zoomControl: false, zoomSnap: 0.1, zoomDelta: 0.75, wheelPxPerZoomLevel: 110,
      minZoom: 1.5, maxZoom: 11, maxBounds: [[-75, -220], [85, 220]], fadeAnimation: false, ...moving,
    });
    this.map.setView([30, 30], 2, { animate: false });
    addBasemap(this.map, basemap);
    this.routeLayer = this.L.layerGroup().addTo(this.map);
    this.nameLayer = this.L.layerGroup().addTo(this.map);
    this.map.on("moveend zoomend resize", () => this.#arrange());
  }

  /**
   * Draw `routes`; towns inside a frame are left to the small map that the frame stands for.
   * @param {Route[]} routes
   * @param {Frame[]} [frames]
   */
  show(routes, frames = []) {
    this.#routes = routes;
    this.#frames = frames;
    this.routeLayer.clearLayers();
    this.#layers.clear();
    for (const { corners, open } of frames) {
      const box = this.L.rectangle(this.L.latLngBounds(corners).pad(0.25), { className: "frame" });
      box.on("click", open).addTo(this.routeLayer);
    }
    for (const route of routes) this.#layers.set(route.corridor, this.#drawRoute(route));
    this.#drawTowns();
    this.#arrange();
    this.#markSelected();
  }

  /** Look at everything that is drawn, or at the corners given. @param {[LatLng, LatLng] | null} corners */
  fit(corners) {
    this.map.invalidateSize({ animate: false, pan: false });
    if (!corners) return;
    const size = this.map.getSize();
    const margin = this.small ? 0.13 : 0.09;
    const [x, y] = [size.x * margin + 6, size.y * margin + 6];
    const paddingTopLeft = [x, this.small ? y + HEADING : y];
    this.map.fitBounds(corners, { paddingTopLeft, paddingBottomRight: [x, y], maxZoom: 9.5, animate: false });
  }

  /** @param {number} step */
  zoom(step) {
    this.map.setZoom(this.map.getZoom() + step);
  }

  /** @param {string | null} corridor */
  select(corridor) {
    this.#selected = corridor;
    this.#markSelected();
  }

  /** @param {string | null} corridor */
  hover(corridor) {
    for (const [id, layers] of this.#layers) for (const layer of layers) layer.getElement?.()?.classList.toggle("hovered", id === corridor);
  }

  #markSelected() {
    for (const [id, layers] of this.#layers) {
      for (const layer of layers) layer.getElement?.()?.classList.toggle("selected", id === this.#selected);
      if (id === this.#selected) for (const layer of layers) layer.bringToFront?.();
    }
    this.map.getContainer().classList.toggle("has-selected", this.#layers.has(this.#selected ?? ""));
  }

  /** @param {Route} route @returns {any[]} */
  #drawRoute({ corridor, occurrence, line }) {
    if (!line) return [];
    const { key } = look(occurrence);
    const drawn = bent(line);
    const exact = occurrence.corridor_summary.geometry_precision !== "schematic" ? " exact" : "";
    const arrow = along(drawn, ARROW_AT);
    const picture = el("span", { class: "arrowhead" });
    picture.style.transform = `rotate(${arrow.bearing}deg)`;
    const layers = [
      this.L.polyline(drawn, { className: `casing look-${key}`, interactive: false }),
      this.L.polyline(drawn, { className: `line look-${key}${exact}`, interactive: false }),
      this.L.polyline(drawn, { className: "grip", bubblingMouseEvents: false }),
      this.#mark(arrow.at, `mark look-${key}`, picture),
      this.#mark(along(drawn, SYMBOL_AT).at, `mark look-${key}`, el("span", { class: "disc" }, symbol(key))),
    ];
    for (const layer of layers) layer.addTo(this.routeLayer);
    this.#react(layers[2], corridor, occurrence);
    return layers;
  }

  /** @param {any} grip @param {string} corridor @param {any} occurrence */
  #react(grip, corridor, occurrence) {
    const { word, reason } = look(occurrence);
    const text = el("span", {}, el("b", {}, routeText(occurrence.corridor_summary)), ` ${word}${reason ? `, ${reason}` : ""}`);
    grip.bindTooltip(text, { sticky: true, direction: "top", className: "tip" });
    grip.on("click", () => this.callbacks.onSelect(corridor));
    grip.on("mouseover", () => this.callbacks.onHover(corridor));
    grip.on("mouseout", () => this.callbacks.onHover(null));
  }

  /** @param {LatLng} at @param {string} className @param {HTMLElement} html */
  #mark(at, className, html) {
    return this.L.marker(at, { interactive: false, keyboard: false, icon: this.L.divIcon({ className, html, iconSize: [0, 0] }) });
  }

  #drawTowns() {
    this.#names = this.#frames.map(({ corners, name }) => {
      const box = this.L.latLngBounds(corners).pad(0.25);
      return { text: name, at: [box.getSouth(), box.getCenter().lng], className: "name frame-name", priority: 1e6, gap: 4 };
    });
    for (const { name, at, routes, arrivals } of this.#towns()) {
      const className = `town${arrivals ? " arrival" : ""}`;
      this.#mark(at, className, el("span", {})).addTo(this.routeLayer);
      this.#names.push({ text: name, at, className: `name${arrivals ? " arrival" : ""}`, priority: 1e5 + arrivals * 3 + routes, gap: TOWN_GAP });
    }
  }

  /** The routes' towns, but for those that a small map shows. */
  #towns() {
    const boxes = this.#frames.map(({ corners }) => this.L.latLngBounds(corners).pad(0.05));
    return towns(this.#routes).filter(({ at }) => !boxes.some((box) => box.contains(at)));
  }

  /** @returns {Name[]} */
  #groundNames() {
    const own = towns(this.#routes);
    const cities = visibleCities(this.map, this.basemap).filter(({ at }) => !own.some((town) => distanceKm(town.at, at) < SAME_TOWN_KM));
    return [
      ...cities.map(({ name, at, size }) => ({ text: name, at, className: "name city", priority: size, gap: 5 })),
      ...roomyCountries(this.map, this.basemap).map(({ name, at }) => ({ text: name, at, className: "name country", priority: 400 })),
    ];
  }

  /** Runs after every move: names and symbols are measured in pixels. */
  #arrange() {
    this.nameLayer.clearLayers();
    const pixel = (/** @type {LatLng} */ at) => this.map.latLngToContainerPoint(at);
    const labels = [...this.#names, ...this.#groundNames()].map((name) => ({ ...name, ...pixel(name.at), ...measured(name.text, name.className) }));
    const size = this.map.getSize();
    const frame = { left: 2, top: this.small ? HEADING : 2, right: size.x - 2, bottom: size.y - 2 };
    const corners = placed(labels, this.#obstacles(), frame);
    labels.forEach(({ text, at, className, x, y }, i) => {
      const corner = corners[i];
      if (!corner) return;
      const picture = el("span", {}, text);
      picture.style.transform = `translate(${Math.round(corner[0] - x)}px, ${Math.round(corner[1] - y)}px)`;
      this.#mark(at, className, picture).addTo(this.nameLayer);
    });
    for (const { corridor, line } of this.#routes) {
      if (!line) continue;
      const short = pixel(line[0]).distanceTo(pixel(line[line.length - 1])) < ROOM_FOR_SYMBOL;
      for (const layer of this.#layers.get(corridor) ?? []) layer.getElement()?.classList.toggle("short", short);
    }
  }

  /** The points, symbols and frames that names must not cover. */
  #obstacles() {
    const around = (/** @type {LatLng} */ at, /** @type {number} */ r) => {
      const { x, y } = this.map.latLngToContainerPoint(at);
      return { left: x - r, top: y - r, right: x + r, bottom: y + r };
    };
    const frames = this.#frames.map(({ corners }) => {
      const box = this.L.latLngBounds(corners).pad(0.25);
      const { x: left, y: top } = this.map.latLngToContainerPoint(box.getNorthWest());
      const { x: right, y: bottom } = this.map.latLngToContainerPoint(box.getSouthEast());
      return { left, top, right, bottom };
    });
    const lines = this.#routes.flatMap(({ line }) => (line ? [bent(line)] : []));
    const { x: right } = this.map.getSize();
    const controls = this.small ? [] : [{ left: right - CONTROLS.width, top: 0, right, bottom: CONTROLS.height }];
    return [
      ...controls,
      ...frames,
      ...this.#towns().map(({ at }) => around(at, 5)),
      ...lines.flatMap((line) => [around(along(line, SYMBOL_AT).at, 9), around(along(line, ARROW_AT).at, 6)]),
    ];
  }
}

/**
 * The towns of all routes, each once, with how many routes touch it and how many end there.
 * @param {Route[]} routes
 */
function towns(routes) {
  /** @type {Map<string, {name: string, at: LatLng, routes: number, arrivals: number}>} */
  const found = new Map();
  for (const { towns: list, occurrence } of routes) {
    for (const { name, at } of list) {
      const town = found.get(at.join()) ?? { name, at, routes: 0, arrivals: 0 };
      const arrives = occurrence.corridor_summary.route.destination?.name === name;
      found.set(at.join(), { ...town, routes: town.routes + 1, arrivals: town.arrivals + (arrives ? 1 : 0) });
    }
  }
  return [...found.values()];
}

const ruler = el("div", { class: "ruler", "aria-hidden": "true" });
/** @type {Map<string, {width: number, height: number}>} */
const sizes = new Map();

/** Measure a name in its own style, before it stands anywhere. @param {string} text @param {string} className */
function measured(text, className) {
  const key = `${className}\n${text}`;
  const known = sizes.get(key);
  if (known) return known;
  if (!ruler.isConnected) document.body.append(ruler);
  const span = el("span", {}, text);
  ruler.replaceChildren(el("div", { class: className }, span));
  const size = { width: span.offsetWidth, height: span.offsetHeight };
  sizes.set(key, size);
  return size;
}
