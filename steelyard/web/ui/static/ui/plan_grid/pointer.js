/** Pointer: choosing cells with the mouse, dragging past the edge, widening the frozen columns. */
import { stretched } from "./fill.js";

const EDGE = 28;
const SPEED = 14;

/**
 * @param {{drawing: object, geometry: object, selection: object, onPress: () => void, onTwist: (row: number) => void, onFold: (total: string) => void, onResize: () => void, onOpen: () => void, onFill: (source: object) => void}} parts
 */
export function listenToPointer({ drawing, geometry, selection, onPress, onTwist, onFold, onResize, onOpen, onFill }) {
  const { scroller } = drawing;
  scroller.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.target.closest("input")) return;
    const fold = event.target.closest(".pg-fold"), resize = event.target.closest("[data-resize]"), hit = drawing.hit(event);
    if (fold) return onFold(fold.dataset.total);
    if (resize) return dragWidth(event, resize.dataset.resize, geometry, onResize);
    if (!hit) return;
    onPress();
    event.preventDefault();
    if (event.target.closest(".pg-twist")) return onTwist(hit.row);
    if (event.target.closest(".pg-handle")) return dragFill(event, drawing, selection, onFill);
    begin(event, hit, selection);
    drag(event, drawing, (to) => extend(hit.part, to, selection));
  });
  scroller.addEventListener("dblclick", (event) => {
    const hit = drawing.hit(event);
    if (hit?.part === "cell") onOpen();
    if (hit?.part === "label" && !event.target.closest(".pg-twist")) onTwist(hit.row);
  });
}

function begin(event, { row, column, part }, selection) {
  const kept = event.shiftKey ? selection.active : null;
  if (part === "label") selection.choose({ firstRow: kept?.row ?? row, lastRow: row, firstColumn: 0, lastColumn: Infinity });
  else if (part === "head") selection.choose({ firstRow: 0, lastRow: Infinity, firstColumn: kept?.column ?? column, lastColumn: column });
  else selection.move(row, column, event.shiftKey);
}

function extend(part, { row, column }, selection) {
  if (part === "cell") selection.move(row, column, true);
  if (part === "label") selection.move(row, Infinity, true);
  if (part === "head") selection.move(Infinity, column, true);
}

function dragFill(start, drawing, selection, onFill) {
  const source = selection.range;
  const end = () => { if (selection.size > (source.lastRow - source.firstRow + 1) * (source.lastColumn - source.firstColumn + 1)) onFill(source); };
  drag(start, drawing, (to) => selection.choose(stretched(source, to)), end);
}

/* `reach(cell)` is called with each cell the pointer comes to; near an edge the sheet scrolls along. */
function drag(start, drawing, reach, end = () => {}) {
  const { scroller } = drawing;
  let last = start, timer = 0;
  const extend = () => { const hit = drawing.hit(last); if (hit) reach(hit); };
  const pull = () => {
    const box = scroller.getBoundingClientRect();
    const down = last.clientY > box.bottom - EDGE ? 1 : last.clientY < box.top + EDGE * 2 ? -1 : 0;
    const right = last.clientX > box.right - EDGE ? 1 : last.clientX < box.left + EDGE ? -1 : 0;
    if (down || right) { scroller.scrollBy(right * SPEED, down * SPEED); extend(); }
    timer = requestAnimationFrame(pull);
  };
  const move = (event) => { last = event; if (!timer) timer = requestAnimationFrame(pull); extend(); };
  whileDown(move, () => { cancelAnimationFrame(timer); end(); });
}

function dragWidth(start, name, geometry, onResize) {
  start.preventDefault();
  const from = geometry.frozen[name];
  whileDown((event) => { geometry.resize(name, from + event.clientX - start.clientX); onResize(); }, () => {});
}

function whileDown(move, end) {
  const stop = () => { removeEventListener("pointermove", move); removeEventListener("pointerup", stop); removeEventListener("pointercancel", stop); end(); };
  addEventListener("pointermove", move);
  addEventListener("pointerup", stop);
  addEventListener("pointercancel", stop);
}
