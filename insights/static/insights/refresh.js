// What came in is asked for again while something is under way, but never from under somebody's hands, eyes or ears:
// neither when it is asked for, nor when it comes.
function isInUse(list) {
  const isBusy = list.querySelector("form:not([data-still]), details[open], [data-playing], :focus");
  const isChosen = document.querySelector("#ways :focus, #ways details[open]");
  return Boolean(isBusy ?? isChosen) || !getSelection().isCollapsed;
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id === "came-in" && isInUse(event.target)) event.preventDefault();
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id === "came-in" && isInUse(event.target)) event.detail.shouldSwap = false;
});
// One button of a page is the likeliest: to record, until there is something to review.
document.body.addEventListener("htmx:afterSwap", () => {
  document.getElementById("record-here")?.classList.toggle("primary", !document.querySelector("#ways .button"));
});
