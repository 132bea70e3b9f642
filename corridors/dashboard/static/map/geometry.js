/**
 * Pure geometry of the map: which points a route has, how its line bends, which routes lie close together.
 *
 * Points are [latitude, longitude] in degrees, as Leaflet takes them.
 */

/** @typedef {[number, number]} LatLng */
/** @typedef {{name: string, at: LatLng}} Town */
/** @typedef {{corridor: string, occurrence: any, line: LatLng[] | null, towns: Town[]}} Route */

const KM_PER_DEGREE = 111.32;
const STEPS = 24;
/** How far a line bends away from the straight one, as a share of its length. */
const BEND = 0.1;

/**
 * Read what the map needs from an occurrence. A route with one known end has a town and no line.
 * @param {any} occurrence
 * @returns {Route}
 */
export function routeOf(occurrence) {
  const { route, geometry } = occurrence.corridor_summary ?? {};
  /** @type {any[]} */
  const places = [route?.origin, ...(route?.via ?? []), route?.destination];
  /** @type {Town[]} */
  const towns = places.filter((place) => isNumber(place?.lat) && isNumber(place?.lon)).map(({ name, lat, lon }) => ({ name, at: [lat, lon] }));
  /** @type {LatLng[] | null} */
  const points = geometry?.type === "LineString" ? geometry.coordinates.map((/** @type {LatLng} */ [lon, lat]) => [lat, lon]) : null;
  const line = points && points.length > 1 && points.flat().every(isNumber) ? points : null;
  return { corridor: occurrence.corridor, occurrence, line, towns };
}

/** @param {unknown} value */
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

/**
 * Bend a line of two points a little to its left, so that there-and-back and neighbours stay apart; a line with
 * more points is drawn as given.
 * @param {LatLng[]} line
 * @returns {LatLng[]}
 */
export function bent(line) {
  if (line.length !== 2) return line;
  const [[lat1, lon1], [lat2, lon2]] = line;
  const shrink = Math.cos((((lat1 + lat2) / 2) * Math.PI) / 180);
  const dx = (lon2 - lon1) * shrink;
  const dy = lat2 - lat1;
  const middle = [(lat1 + lat2) / 2 + dx * BEND * 2, (lon1 + lon2) / 2 - (dy * BEND * 2) / shrink];
  return Array.from({ length: STEPS + 1 }, (_, i) => {
    const t = i / STEPS;
    const blend = (/** @type {number} */ a, /** @type {number} */ b, /** @type {number} */ c) => (1 - t) ** 2 * a + 2 * t * (1 - t) * b + t ** 2 * c;
    return [blend(lat1, middle[0], lat2), blend(lon1, middle[1], lon2)];
  });
}

/**
 * Return the point at `share` of a line's length, and the bearing there in degrees clockwise from north.
 * @param {LatLng[]} line  at least two points
 * @param {number} share  0 to 1
 * @returns {{at: LatLng, bearing: number}}
 */
export function along(line, share) {
  const lengths = line.slice(1).map((point, i) => distanceKm(line[i], point));
  let left = lengths.reduce((sum, length) => sum + length, 0) * share;
  let i = 0;
  while (i < lengths.length - 1 && left > lengths[i]) left -= lengths[i++];
  const [[lat1, lon1], [lat2, lon2]] = [line[i], line[i + 1]];
  const t = lengths[i] ? left / lengths[i] : 0;
  const dx = (lon2 - lon1) * Math.cos((((lat1 + lat2) / 2) * Math.PI) / 180);
  const bearing = (Math.atan2(dx, lat2 - lat1) * 180) / Math.PI;
  return { at: [lat1 + (lat2 - lat1) * t, lon1 + (lon2 - lon1) * t], bearing };
}

/** Distance on a locally flat earth, good enough to compare. @param {LatLng} a @param {LatLng} b */
export function distanceKm([lat1, lon1], [lat2, lon2]) {
  const dx = (lon2 - lon1) * Math.cos((((lat1 + lat2) / 2) * Math.PI) / 180);
  return Math.hypot(dx, lat2 - lat1) * KM_PER_DEGREE;
}

/**
 * Join routes that have towns within `reach` of each other, transitively.
 * @param {Route[]} routes
 * @param {number} reach  km
 * @returns {Route[][]}  the largest group first; routes without any town are in none
 */
export function clusters(routes, reach) {
  /** @type {Route[][]} */
  let groups = [];
  for (const route of routes.filter(({ towns }) => towns.length)) {
    const near = groups.filter((group) => group.some((other) => close(route, other, reach)));
    groups = [...groups.filter((group) => !near.includes(group)), [...near.flat(), route]];
  }
  return groups.sort((a, b) => b.length - a.length);
}

/** @param {Route} a @param {Route} b @param {number} reach */
const close = (a, b, reach) => a.towns.some((town) => b.towns.some((other) => distanceKm(town.at, other.at) <= reach));

/**
 * The south-west and north-east corners around all points of `routes`, or null without any.
 * @param {Route[]} routes
 * @returns {[LatLng, LatLng] | null}
 */
export function extent(routes) {
  const points = routes.flatMap(({ line, towns }) => [...(line ? bent(line) : []), ...towns.map(({ at }) => at)]);
  if (!points.length) return null;
  const lats = points.map(([lat]) => lat);
  const lons = points.map(([, lon]) => lon);
  return [[Math.min(...lats), Math.min(...lons)], [Math.max(...lats), Math.max(...lons)]];
}

/**
 * Choose the groups that are too small to read on a map of everything: at least two routes, on less than a third of
 * the whole diagonal.
 * @param {Route[]} routes
 * @param {{reach?: number, most?: number}} [options]  reach in km; most = how many groups at most
 */
export function crowded(routes, { reach = 80, most = 2 } = {}) {
  const whole = extent(routes);
  if (!whole) return [];
  const diagonal = distanceKm(...whole);
  const small = clusters(routes, reach).filter((group) => {
    const corners = extent(group);
    return group.length > 1 && corners && distanceKm(...corners) < diagonal / 3;
  });
  return small.slice(0, most);
}
