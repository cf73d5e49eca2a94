/** Kept entries: what somebody has ticked or typed stays when a part of the page renews itself. */

const ENTRIES = "input[name], select[name], textarea[name]";

function placeOf(entry) {
  return `${entry.tagName} ${entry.type} ${entry.name} ${entry.type === "checkbox" || entry.type === "radio" ? entry.value : ""}`;
}

function changed(entry) {
  if (entry.type === "hidden") return false;
  if (entry.type === "checkbox" || entry.type === "radio") return entry.checked !== entry.defaultChecked;
  if (entry.tagName === "SELECT") return [...entry.options].some((one) => one.selected !== one.defaultSelected);
  return entry.value !== entry.defaultValue;
}

/** What has been changed by hand within a part, by place. */
function entriesOf(part) {
  const found = [...part.querySelectorAll(ENTRIES)].filter(changed);
  return new Map(found.map((entry) => [placeOf(entry), { checked: entry.checked, value: entry.value }]));
}

function putBack(part, kept) {
  for (const entry of part.querySelectorAll(ENTRIES)) {
    const was = kept.get(placeOf(entry));
    if (!was) continue;
    entry.checked = was.checked;
    if (entry.type !== "checkbox" && entry.type !== "radio") entry.value = was.value;
  }
}

/** Listen for parts marked [data-keeps-entries] that are replaced by themselves, and put back what was entered. */
export function startKeptEntries(root) {
  const waiting = new Map();
  root.addEventListener("htmx:beforeSwap", (event) => {
    const part = event.detail.target?.closest?.("[data-keeps-entries]");
    if (!part?.id || event.detail.requestConfig?.triggeringEvent?.type === "submit") return;
    const kept = entriesOf(part);
    if (kept.size) waiting.set(part.id, kept);
  });
  root.addEventListener("htmx:load", () => {
    for (const [id, kept] of waiting) {
      const part = document.getElementById(id);
      if (!part) continue;
      putBack(part, kept);
      waiting.delete(id);
    }
  });
}
