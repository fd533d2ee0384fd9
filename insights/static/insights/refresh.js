// What came in is asked for again while something is under way, but never from under somebody's hands or ears.
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const isBusy = event.target.querySelector("form, details[open], [data-playing]");
  if (event.target.id === "came-in" && isBusy) event.preventDefault();
});
