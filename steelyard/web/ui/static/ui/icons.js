/** Icons: symbols of icons.svg as elements. */

const SVG = "http://www.w3.org/2000/svg";

/** Make the icon of a name, hidden from screen readers. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  const sheet = document.querySelector('meta[name="steelyard-icons"]')?.content ?? "";
  use.setAttribute("href", `${sheet}#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}
