/** Help: the keys of the grid, in a dialog. */
import { element } from "../elements.js";
import { icon } from "../icons.js";

const KEYS = [
  ["Arrows, Tab, Enter", "go to the next cell"], ["Ctrl + arrows", "go to the end of the filled cells"], ["Shift + any of these", "choose a range"], ["Ctrl + A", "choose all"],
  ["Type, or F2", "change a cell"], ["Ctrl + Enter", "change the whole selection"], ["Delete", "set to zero"], ["Ctrl + D, Ctrl + R", "fill down, fill right; or drag the corner of the selection"],
  ["Ctrl + C, Ctrl + V", "copy and paste, also with a spreadsheet"], ["Ctrl + Z, Ctrl + Y", "undo, redo"], ["Ctrl + L", "lock or unlock"],
  ["Alt + right, Alt + left", "open or close a line"], ["Ctrl + F, F3", "find a line, find the next"], ["Shift + F10", "menu of the selection"],
];
const ENTRIES = [["500", "set"], ["+40, -40", "add, take away"], ["+5%, -5%", "grow, shrink"], ["*1.2", "multiply"], ["=-40", "set below zero"], ["1.2k, 3m", "thousands, millions"]];

/** A dialog with all keys; open it with showModal(). */
export function makeHelp() {
  const close = () => made.close();
  const head = element("div", { class: "dialog-head" }, element("h2", {}, "Keys of the worksheet"), element("button", { class: "button quiet small icon-only", type: "button", "aria-label": "Close", onclick: close }, icon("close")));
  const body = element("div", { class: "dialog-body" }, facts(KEYS), element("h3", {}, "What can be typed"), facts(ENTRIES));
  const made = element("dialog", { class: "dialog pg-help", "aria-label": "Keys of the worksheet" }, head, body);
  return made;
}

function facts(pairs) {
  return element("dl", { class: "facts" }, ...pairs.flatMap(([keys, does]) => [element("dt", {}, element("kbd", {}, keys)), element("dd", {}, does)]));
}
