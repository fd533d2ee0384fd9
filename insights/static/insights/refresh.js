// What came in is asked for again while something is under way, but never from under somebody's hands, eyes or ears.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.id !== "came-in") return;
  const isBusy = event.target.querySelector("form:not([data-still]), details[open], [data-playing], :focus");
  const isReading = !getSelection().isCollapsed;
  if (isBusy || isReading) event.preventDefault();
});
