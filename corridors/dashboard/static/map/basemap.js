/**
 * The ground: countries, water, borders and country names out of basemap.json (TopoJSON, see make_basemap.py).
 */

/** @typedef {[number, number]} Point  longitude, latitude */
/** @typedef {[number, number]} LatLng */
/**
 * @typedef {object} Basemap
 * @property {{name: string, at: LatLng, size: number, polygons: LatLng[][][]}[]} countries
 * @property {LatLng[][]} borders
 * @property {LatLng[][]} contested
 * @property {LatLng[][][]} lakes
 * @property {LatLng[][]} rivers
 * @property {{name: string, at: LatLng, size: number}[]} cities  size in thousands of people, the largest first
 */

/** A country is named where the largest circle within it is at least so wide for each letter, in pixels. */
const ROOM_FOR_LETTER = 7;
/** Thousands of people of the smallest city named at zoom 5; a third of it one zoom nearer. */
const CITY_AT_ZOOM_5 = 1200;
const MOST_CITIES = 40;

/**
 * Decode the file.
 * @param {any} file
 * @returns {Basemap}
 */
export function decode(file) {
  const { scale, translate } = file.transform;
  const arcs = file.arcs.map((/** @type {Point[]} */ arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => [(y += dy) * scale[1] + translate[1], (x += dx) * scale[0] + translate[0]]);
  });
  const line = (/** @type {number[]} */ references) =>
    unwrapped(
      references.flatMap((reference, i) => {
        const arc = reference < 0 ? arcs[~reference].slice().reverse() : arcs[reference];
        return i === 0 ? arc : arc.slice(1);
      }),
    );
  const lines = (/** @type {any} */ object) => object.arcs.map(line);
  const polygons = (/** @type {any} */ object) => object.arcs.map((/** @type {number[][]} */ rings) => rings.map(line));
  const { countries, borders, contested, lakes, rivers, cities } = file.objects;
  return {
    countries: countries.geometries.map((/** @type {any} */ country) => ({
      name: country.properties.name,
      at: [country.properties.at[1], country.properties.at[0]],
      size: country.properties.size,
      polygons: polygons(country),
    })),
    borders: lines(borders),
    contested: lines(contested),
    lakes: polygons(lakes),
    rivers: lines(rivers),
    cities: cities.coordinates.map((/** @type {Point} */ [x, y], /** @type {number} */ i) => ({
      name: cities.properties.names[i],
      at: [y * scale[1] + translate[1], x * scale[0] + translate[0]],
      size: cities.properties.sizes[i],
    })),
  };
}

/**
 * Let a line that crosses the 180th meridian go on beyond it, instead of around the world.
 * @param {LatLng[]} line
 * @returns {LatLng[]}
 */
export function unwrapped(line) {
  let turn = 0;
  return line.map(([lat, lon], i) => {
    const step = i ? lon - line[i - 1][1] : 0;
    if (Math.abs(step) > 180) turn -= Math.sign(step) * 360;
    return [lat, lon + turn];
  });
}

/**
 * Put the ground under a map. Colours come from map.css, so that day and night need no script.
 * @param {any} map  Leaflet map
 * @param {Basemap} basemap
 */
export function addBasemap(map, basemap) {
  const { L } = /** @type {any} */ (window);
  const pane = map.createPane("ground");
  pane.style.zIndex = "200";
  const renderer = L.svg({ pane: "ground", padding: 0.4 });
  const options = { renderer, interactive: false, smoothFactor: 0.6 };
  const shape = (/** @type {any} */ latlngs, /** @type {string} */ className) => L.polygon(latlngs, { ...options, className }).addTo(map);
  const line = (/** @type {any} */ latlngs, /** @type {string} */ className) => L.polyline(latlngs, { ...options, className }).addTo(map);
  for (const country of basemap.countries) shape(country.polygons, "ground-land");
  line(basemap.rivers, "ground-river");
  shape(basemap.lakes, "ground-lake");
  line(basemap.borders, "ground-border");
  line(basemap.contested, "ground-contested");
}

/**
 * Return the countries whose name has room at the map's present zoom.
 * @param {any} map  Leaflet map
 * @param {Basemap} basemap
 */
export function roomyCountries(map, basemap) {
  const view = map.getBounds();
  const pixelsPerDegree = (256 * 2 ** map.getZoom()) / 360;
  return basemap.countries.filter(({ name, at, size }) => 2 * size * pixelsPerDegree > ROOM_FOR_LETTER * name.length && view.contains(at));
}

/**
 * Return the cities worth a name at the map's present zoom: the closer, the smaller they may be.
 * @param {any} map  Leaflet map
 * @param {Basemap} basemap
 */
export function visibleCities(map, basemap) {
  const view = map.getBounds();
  const smallest = CITY_AT_ZOOM_5 / 3 ** (map.getZoom() - 5);
  return basemap.cities.filter(({ at, size }) => size >= smallest && view.contains(at)).slice(0, MOST_CITIES);
}
