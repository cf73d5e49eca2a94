/** Elements: building DOM without HTML text, so that no value can become markup. */

/**
 * Make an element.
 * @example element("p", { class: "muted", "aria-live": "polite" }, "Saved")
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(made, name, value);
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function setAttribute(made, name, value) {
  if (value === false || value === null || value === undefined) return;
  if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
  else made.setAttribute(name, value === true ? "" : String(value));
}
