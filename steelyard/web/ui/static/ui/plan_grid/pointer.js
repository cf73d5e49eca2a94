/** Pointer: choosing cells with the mouse, dragging past the edge, widening the frozen columns. */

const EDGE = 28;
const SPEED = 14;

/**
 * @param {{drawing: object, geometry: object, selection: object, onPress: () => void, onTwist: (row: number) => void, onFold: (total: string) => void, onResize: () => void, onOpen: () => void}} parts
 */
export function listenToPointer({ drawing, geometry, selection, onPress, onTwist, onFold, onResize, onOpen }) {
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
    begin(event, hit, selection);
    drag(event, drawing, hit.part, selection);
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

function drag(start, drawing, part, selection) {
  const { scroller } = drawing;
  let last = start, timer = 0;
  const extend = () => {
    const hit = drawing.hit(last);
    if (!hit) return;
    if (part === "cell") selection.move(hit.row, hit.column, true);
    if (part === "label") selection.move(hit.row, Infinity, true);
    if (part === "head") selection.move(Infinity, hit.column, true);
  };
  const pull = () => {
    const box = scroller.getBoundingClientRect();
    const down = last.clientY > box.bottom - EDGE ? 1 : last.clientY < box.top + EDGE * 2 ? -1 : 0;
    const right = last.clientX > box.right - EDGE ? 1 : last.clientX < box.left + EDGE ? -1 : 0;
    if (down || right) { scroller.scrollBy(right * SPEED, down * SPEED); extend(); }
    timer = requestAnimationFrame(pull);
  };
  const move = (event) => { last = event; if (!timer) timer = requestAnimationFrame(pull); extend(); };
  whileDown(move, () => cancelAnimationFrame(timer));
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
