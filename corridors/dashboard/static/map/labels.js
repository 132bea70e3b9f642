/**
 * Where names go, so that they do not lie on each other: the more important first, at the first free place around
 * their point, and hidden where there is none.
 */

/** @typedef {{left: number, top: number, right: number, bottom: number}} Box  pixels */
/**
 * @typedef {object} Label
 * @property {number} x  pixels of the point
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {number} priority  higher is placed first
 * @property {number} [gap]  pixels kept free around the point; without it the label is centred on the point
 */

/** @type {((label: Label & {gap: number}) => [number, number])[]}  left top corner of each try, the best first */
const TRIES = [
  ({ x, y, height, gap }) => [x + gap, y - height / 2],
  ({ x, y, width, height, gap }) => [x - gap - width, y - height / 2],
  ({ x, y, width, height, gap }) => [x - width / 2, y - gap - height],
  ({ x, y, width, gap }) => [x - width / 2, y + gap],
  ({ x, y, height, gap }) => [x + gap * 0.7, y - gap * 0.7 - height],
  ({ x, y, gap }) => [x + gap * 0.7, y + gap * 0.7],
  ({ x, y, width, height, gap }) => [x - gap * 0.7 - width, y - gap * 0.7 - height],
  ({ x, y, width, gap }) => [x - gap * 0.7 - width, y + gap * 0.7],
];

/**
 * Return for each label its left top corner, or null where it must stay hidden; in the order given.
 * @param {Label[]} labels
 * @param {Box[]} obstacles  what no label may cover, such as the points themselves
 * @param {Box} frame  the part of the screen where labels may be
 * @returns {([number, number] | null)[]}
 */
export function placed(labels, obstacles, frame) {
  const taken = [...obstacles];
  /** @type {([number, number] | null)[]} */
  const corners = labels.map(() => null);
  const order = labels.map((_, i) => i).sort((a, b) => labels[b].priority - labels[a].priority || a - b);
  for (const i of order) {
    const label = labels[i];
    for (const corner of tries(label)) {
      const box = around(corner, label);
      if (!within(box, frame) || taken.some((other) => overlap(box, other))) continue;
      taken.push(box);
      corners[i] = corner;
      break;
    }
  }
  return corners;
}

/** @param {Label} label @returns {[number, number][]} */
function tries(label) {
  if (label.gap === undefined) return [[label.x - label.width / 2, label.y - label.height / 2]];
  const { gap } = label;
  return TRIES.map((place) => place({ ...label, gap }));
}

/** @param {[number, number]} corner @param {Label} label @returns {Box} */
const around = ([left, top], { width, height }) => ({ left, top, right: left + width, bottom: top + height });

/** @param {Box} a @param {Box} b */
const overlap = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** @param {Box} box @param {Box} frame */
const within = (box, frame) => box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
