/** Keyboard: which key does what in the grid; the keys of a spreadsheet. */

/** Command of a key press in the grid, or null: {name, extend?, rows?, columns?, text?}. */
export function commandOf(event) {
  const control = event.ctrlKey || event.metaKey;
  if (event.isComposing) return null;
  return control ? withControl(event) : event.altKey ? withAlt(event) : withoutControl(event);
}

const STEPS = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };

function withControl(event) {
  const extend = event.shiftKey;
  const [rows, columns] = STEPS[event.key] ?? [0, 0];
  if (rows || columns) return { name: "jump", rows, columns, extend };
  switch (event.key.toLowerCase()) {
    case "home": return { name: "corner", end: false, extend };
    case "end": return { name: "corner", end: true, extend };
    case "a": return { name: "all" };
    case "d": return { name: "fill", down: true };
    case "r": return { name: "fill", down: false };
    case "z": return { name: extend ? "redo" : "undo" };
    case "y": return { name: "redo" };
    case "f": return { name: "find" };
    case "l": return { name: "lock" };
    case " ": return { name: "whole-column" };
    case "enter": return { name: "change" };
    default: return null;
  }
}

function withAlt(event) {
  if (event.key === "ArrowRight" || event.key === "ArrowDown") return { name: "open" };
  if (event.key === "ArrowLeft" || event.key === "ArrowUp") return { name: "close" };
  return null;
}

function withoutControl(event) {
  const extend = event.shiftKey;
  const [rows, columns] = STEPS[event.key] ?? [0, 0];
  if (rows || columns) return { name: "step", rows, columns, extend };
  switch (event.key) {
    case "PageDown": return { name: "page", down: true, extend };
    case "PageUp": return { name: "page", down: false, extend };
    case "Home": return { name: "edge", end: false, extend };
    case "End": return { name: "edge", end: true, extend };
    case "Tab": return { name: "tab", columns: extend ? -1 : 1 };
    case "Enter": return { name: "step", rows: extend ? -1 : 1, columns: 0, extend: false };
    case "F1": return { name: "help" };
    case "F2": return { name: "edit", text: null };
    case "F3": return { name: "find-next" };
    case "Delete": case "Backspace": return { name: "zero" };
    case "ContextMenu": case "F10": return event.key === "ContextMenu" || extend ? { name: "menu" } : null;
    case " ": return extend ? { name: "whole-row" } : null;
    default: return event.key.length === 1 && event.key !== " " ? { name: "edit", text: event.key } : null;
  }
}
