/** Menus: <details class="menu"> closes by Escape, by a press outside and by a choice; arrows walk in it. */

function closeOthers(kept) {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (menu !== kept) menu.open = false;
}

function walk(menu, step) {
  const choices = [...menu.querySelectorAll(".menu-list :is(a, button)")];
  const next = choices[(choices.indexOf(document.activeElement) + step + choices.length) % choices.length];
  next?.focus();
}

function onKey(event) {
  const menu = event.target.closest?.("details.menu[open]");
  if (!menu) return;
  if (event.key === "Escape") { menu.open = false; menu.querySelector("summary").focus(); }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") { walk(menu, event.key === "ArrowDown" ? 1 : -1); event.preventDefault(); }
}

/** Listen on the whole page. */
export function startMenus(root) {
  root.addEventListener("click", (event) => closeOthers(event.target.closest("details.menu")));
  root.addEventListener("keydown", onKey);
}
