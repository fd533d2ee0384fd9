// Keys, swipes and focus of a review. Without this script its forms and links do the same.
const SWIPE_PX = 80;
const letters = { k: "keep", l: "later", a: "act", x: "let-go" };
const form = () => document.getElementById("decision");
let isByKey = false;

// By a click, for htmx sends with a form the button that was clicked.
function decide(what) {
  form()?.querySelector(`[value="${what}"]`)?.click();
}

// The same key twice takes the topic back.
function choose(key) {
  const choice = document.querySelector(`#belongs input[data-key="${key}"]`);
  if (!choice) return false;
  choice.checked = !choice.checked;
  closeTyped();
  return true;
}

function closeTyped() {
  const another = document.querySelector(".another");
  if (!another) return;
  another.open = false;
  another.querySelector("input").value = "";
}

function openTyped(name = "") {
  const another = document.querySelector(".another");
  if (!another) return;
  another.open = true;
  const field = another.querySelector("input");
  if (name) field.value = name;
  field.focus();
}

function press(key) {
  const letter = key.toLowerCase();
  if (letter in letters) decide(letters[letter]);
  else if (letter === "z") document.querySelector("#undo button")?.click();
  else if (letter === "t") openTyped();
  else if (letter === "p") document.querySelector(".bigvoice")?.click();
  else if (key === "?") document.querySelector("#keys > summary")?.click();
  else return choose(key);
  return true;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const { target, key } = event;
  if (target.matches("#new")) return typing(event);
  if (target.matches("input:not([type=radio]), select, textarea")) return;
  // Enter on a button or a link is the button's or the link's own.
  if (key === "Enter" && target.closest("a, button, summary")) return;
  if (key === "?" && !document.getElementById("keys")) return;
  isByKey = true;
  if (press(key)) event.preventDefault();
});

// Enter takes the name over, and decides nothing.
function typing(event) {
  if (event.key === "Escape") closeTyped();
  else if (event.key !== "Enter") return;
  event.preventDefault();
  document.getElementById("words").focus();
}

document.addEventListener("input", (event) => {
  if (event.target.matches("#belongs [type=radio]")) closeTyped();
  if (!event.target.matches("#new")) return;
  for (const choice of document.querySelectorAll("#belongs [type=radio]")) choice.checked = false;
});
document.addEventListener("pointerdown", () => (isByKey = false));

// A swipe to the right keeps, one to the left is for later. What moves up or down scrolls.
let touched = null;
let sliding = null;
const stage = () => document.querySelector(".stage:not(.closing)");

function moved(event) {
  const [now] = event.changedTouches;
  return { x: now.clientX - touched.x, y: now.clientY - touched.y };
}

// By an animation: a style of its own would be copied with the page, which its policy forbids.
function slide(distance) {
  sliding?.cancel();
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const there = { transform: `translateX(${distance}px)` };
  sliding = distance && !still ? stage().animate([there, there], { duration: 1, fill: "forwards" }) : null;
}

document.addEventListener("touchstart", (event) => {
  const isAlone = event.touches.length === 1 && form() && event.target.closest(".stage:not(.closing)");
  touched = isAlone ? { x: event.touches[0].clientX, y: event.touches[0].clientY } : null;
}, { passive: true });
document.addEventListener("touchmove", (event) => {
  if (!touched) return;
  const { x, y } = moved(event);
  if (Math.abs(x) > 2 * Math.abs(y)) slide(x / 2);
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!touched) return;
  const { x, y } = moved(event);
  touched = null;
  slide(0);
  if (Math.abs(x) > SWIPE_PX && Math.abs(x) > 2 * Math.abs(y)) decide(x > 0 ? "keep" : "later");
});
document.addEventListener("touchcancel", () => {
  touched = null;
  slide(0);
});

// Suggestions that come later never change what somebody has chosen or is typing.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { target } = event.detail;
  if (target.id !== "belongs") return;
  const isTouched = target.querySelector("input:checked, details[open]") || target.contains(document.activeElement);
  if (isTouched) event.detail.shouldSwap = false;
});
// What is heard belongs to the idea that was shown; the next one is quiet until it is asked for.
// A name that is being typed goes on to the next idea: letters without their field would be taken for decisions.
let typed = null;
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "content") return;
  document.querySelector("[data-playing]")?.click();
  const field = document.getElementById("new");
  typed = field && field === document.activeElement ? field.value : null;
});
// Whoever decides by keys reads on where the words are; a screen reader says them.
document.body.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "content") return;
  if (typed !== null) openTyped(typed);
  else if (isByKey || document.activeElement === document.body) document.getElementById("words")?.focus({ preventScroll: true });
});
