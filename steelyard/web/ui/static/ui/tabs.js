/** Tabs: role="tablist" whose buttons show the panel named by aria-controls. */

function choose(list, chosen) {
  for (const tab of list.querySelectorAll('[role="tab"]')) {
    const on = tab === chosen;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    document.getElementById(tab.getAttribute("aria-controls"))?.toggleAttribute("hidden", !on);
  }
}

function onKey(list, event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  const tabs = [...list.querySelectorAll('[role="tab"]')];
  const next = tabs[(tabs.indexOf(event.target) + step + tabs.length) % tabs.length];
  choose(list, next);
  next.focus();
}

/** Prepare every list of tabs in a part of the page. */
export function startTabs(root) {
  for (const list of root.querySelectorAll('[role="tablist"]:not([data-ready])')) {
    list.dataset.ready = "";
    list.addEventListener("click", (event) => { const tab = event.target.closest('[role="tab"]'); if (tab) choose(list, tab); });
    list.addEventListener("keydown", (event) => onKey(list, event));
    choose(list, list.querySelector('[aria-selected="true"]') ?? list.querySelector('[role="tab"]'));
  }
}
