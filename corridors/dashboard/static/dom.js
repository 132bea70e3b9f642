/**
 * How anything reaches the screen: elements made by hand, every string as text.
 *
 * Nothing here takes markup. What comes from the API goes through `el`, `link` or `symbol`.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 */

/**
 * Make an element. Properties: `class`, `data` (an object), `on` (listeners), everything else is an attribute;
 * null, undefined and false leave it away.
 * @param {string} tag
 * @param {Record<string, any>} [properties]
 * @param {...(Child | Child[])} children  strings become text nodes
 * @returns {HTMLElement}
 */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined && child !== false) element.append(child instanceof Node ? child : String(child));
  }
  return element;
}

/**
 * Make one of the page's own symbols (templates/dashboard/symbols.svg). It is decoration: the word stands beside it.
 * @param {string} name  one of our own constants, never a string of the API
 */
export function symbol(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `symbol symbol-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#symbol-${name}`);
  svg.append(use);
  return svg;
}

/**
 * Make a link out of an address that somebody else wrote: only http and https, anything else stays text.
 * @param {string | null | undefined} address
 * @param {string} text
 */
export function link(address, text) {
  let url = null;
  try {
    url = new URL(address ?? "", document.baseURI);
  } catch {
    return el("span", {}, text);
  }
  if (!address || !["http:", "https:"].includes(url.protocol)) return el("span", {}, text);
  return el("a", { href: url.href, rel: "noopener noreferrer", target: "_blank" }, text);
}

/** @param {string} id */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

/**
 * Set an element's text where it differs, so that screen readers hear changes only.
 * @param {HTMLElement} element
 * @param {string} text
 */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
