// What came in is asked for again while something is under way, but never from under somebody's hands, eyes or ears:
// neither when it is asked for, nor when it comes.
function isInUse(list) {
  const isBusy = list.querySelector("form:not([data-still]), details[open], [data-playing], :focus");
  return Boolean(isBusy) || !getSelection().isCollapsed;
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "came-in" && isInUse(event.target)) event.preventDefault();
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "came-in" && isInUse(event.target)) event.detail.shouldSwap = false;
});
