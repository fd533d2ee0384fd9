// What cannot be taken back easily is asked for before: over the page, by the form of the page that asks without scripts.
async function ask(link) {
  const answer = await fetch(link.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const dialog = answer.ok && page.querySelector("dialog.dialog");
  if (!dialog) return location.assign(link.href);
  dialog.open = false;
  dialog.querySelector("form").action = link.href;
  document.querySelector("main").append(dialog);
  const opener = link.closest("details")?.querySelector("summary") ?? link;
  dialog.addEventListener("close", () => {
    dialog.remove();
    opener.focus();
  });
  dialog.showModal();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-asks]");
  const kept = event.target.closest("dialog.dialog [data-keeps]");
  if (kept && kept.closest("dialog").matches(":modal")) {
    event.preventDefault();
    return kept.closest("dialog").close();
  }
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  ask(link).catch(() => location.assign(link.href));
});
