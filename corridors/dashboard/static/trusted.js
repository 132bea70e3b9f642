/**
 * The page's Trusted Types policy: no string becomes markup.
 *
 * Leaflet writes a few constant strings while it starts (to find out what the browser can draw). They are let pass by
 * name; every other attempt to turn a string into markup throws. Browsers without Trusted Types ignore this file.
 */
if (window.trustedTypes) {
  const constants = new Set(["<svg/>", '<v:shape adj="1"/>', ""]);
  window.trustedTypes.createPolicy("default", {
    createHTML: (markup) => {
      if (!constants.has(markup)) throw new TypeError("markup from a string is refused");
      return markup;
    },
  });
}
