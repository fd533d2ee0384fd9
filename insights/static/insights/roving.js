// Words of a text are one tab stop for all: arrows move by words and lines. Without this script each word that can be
// chosen is a button of its own, and what cannot is only read.
const stops = (text) => [...text.querySelectorAll("button, .w")].filter((stop) => stop.offsetParent !== null);

function prepare() {
  for (const text of document.querySelectorAll("[data-roving]:not([data-roves])")) {
    text.setAttribute("data-roves", "");
    for (const button of text.querySelectorAll("button")) button.tabIndex = -1;
    const first = text.querySelector('[tabindex="0"], [aria-current]') ?? stops(text)[0];
    if (first) enter(text, first);
  }
}

function enter(text, stop) {
  const before = text.querySelector('[tabindex="0"]');
  if (before && before !== stop) leave(before);
  stop.tabIndex = 0;
  if (stop.matches(".w")) stop.setAttribute("role", "button");
}

function leave(stop) {
  stop.tabIndex = -1;
  stop.removeAttribute("role");
}

// Of the line above or below: the word that stands nearest to this one.
function inLine(all, here, isDown) {
  const place = here.getBoundingClientRect();
  const isThere = (rect) => (isDown ? rect.top > place.bottom - 4 : rect.bottom < place.top + 4);
  const there = all.filter((stop) => isThere(stop.getBoundingClientRect()));
  const nearest = isDown ? there : there.reverse();
  if (!nearest.length) return null;
  const line = nearest[0].getBoundingClientRect().top;
  const within = nearest.filter((stop) => Math.abs(stop.getBoundingClientRect().top - line) < 8);
  const far = (stop) => Math.abs(stop.getBoundingClientRect().left - place.left);
  return within.reduce((best, stop) => (far(stop) < far(best) ? stop : best));
}

function target(all, here, key) {
  const at = all.indexOf(here);
  if (key === "ArrowRight") return all[at + 1];
  if (key === "ArrowLeft") return all[at - 1];
  if (key === "Home") return all[0];
  if (key === "End") return all.at(-1);
  return key === "ArrowDown" || key === "ArrowUp" ? inLine(all, here, key === "ArrowDown") : null;
}

document.addEventListener("keydown", (event) => {
  const here = event.target.closest("[data-roving] button, [data-roving] .w");
  if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
  const text = here.closest("[data-roving]");
  if ((event.key === "Enter" || event.key === " ") && here.matches(".w")) {
    event.preventDefault();
    return here.click();
  }
  const next = target(stops(text), here, event.key);
  if (!next) return;
  event.preventDefault();
  enter(text, next);
  next.focus();
});
document.addEventListener("focusin", (event) => {
  const stop = event.target.closest("[data-roving] button, [data-roving] .w");
  if (stop) enter(stop.closest("[data-roving]"), stop);
});
document.body.addEventListener("htmx:load", prepare);
prepare();
