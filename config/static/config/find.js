// "/" goes to the search field; on the search page arrows go through what was found, and space plays it.
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !isTyping(event.target)) {
    const field = document.querySelector("#q, #find");
    if (!field || field.offsetParent === null) return;
    event.preventDefault();
    field.focus();
    field.select();
  } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    step(event);
  } else if (event.key === " " && event.target.matches(".hits a.when")) {
    event.preventDefault();
    event.target.closest(".idea").querySelector("a.voice").click();
  }
});

function step(event) {
  const hits = [...document.querySelectorAll(".hits a.when")];
  const here = hits.indexOf(event.target);
  if (here < 0 && event.target.id !== "q") return;
  const next = hits[here + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next && here !== 0) return;
  event.preventDefault();
  (next ?? document.getElementById("q")).focus();
}
