/** Dialogs: native <dialog>, opened and closed by marked buttons. */

/** Open by [data-open-dialog="id"]; close by [data-close-dialog] or a press on the backdrop. */
export function startDialogs(root) {
  root.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open-dialog]");
    if (opener) document.getElementById(opener.dataset.openDialog)?.showModal();
    if (event.target.closest("[data-close-dialog]") || isBackdrop(event)) event.target.closest("dialog")?.close();
  });
}

function isBackdrop(event) {
  if (!(event.target instanceof HTMLDialogElement)) return false;
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
