// Edges of ideas in a recording's picture: dragged from word to word by mouse or finger, or moved by the arrow keys. What
// is let go of, or entered, is asked for as the button below the words asks for it. Without this script that is a page.
const LEAST_APART = 24; // pixels: what a finger can tell apart (WCAG 2.2, target size)
const picture = document.getElementById("spanned");
const seconds = Number(picture?.dataset.seconds);

const runOf = (number) => document.querySelector(`#words .run[data-number="${number}"]`);
const firstOf = (word) => word.dataset.w.split("-")[0];
const startOf = (word) => Number(word.dataset.start);
const clock = (at) => `${Math.floor(at / 60)}:${String(Math.floor(at % 60)).padStart(2, "0")}`;

// The words with which an idea may begin: of the one before all but its first, and its own.
function choices(run) {
  const [before, own] = [run.previousElementSibling, run].map((one) => [...one.querySelectorAll(".w")]);
  return [...before.slice(1), ...own];
}

function place(handle, word) {
  const number = Number(handle.dataset.number);
  const [before, own] = [number - 2, number - 1].map((at) => picture.querySelectorAll(".band")[at]);
  const start = startOf(word) / seconds;
  const from = parseFloat(before.getAttribute("x")) / 100;
  before.setAttribute("width", `${Math.max(0, start - from) * 100}%`);
  own.setAttribute("width", `${Math.max(0, handle.end - start) * 100}%`);
  own.setAttribute("x", `${start * 100}%`);
  picture.querySelectorAll(".number")[number - 1].setAttribute("x", `${start * 100}%`);
  handle.style.left = `${start * 100}%`;
  handle.value = firstOf(word);
  handle.dataset.word = word.textContent.trim();
  handle.setAttribute("aria-valuenow", choices(runOf(number)).indexOf(word));
  handle.setAttribute("aria-valuetext", `${handle.dataset.word}, ${clock(startOf(word))}`);
}

function takeBack(handle) {
  place(handle, runOf(handle.dataset.number).querySelector(".w"));
}

const isMoved = (handle) => handle.value !== firstOf(runOf(handle.dataset.number).querySelector(".w"));

function drag(event) {
  const handle = event.currentTarget;
  if (!handle.hasPointerCapture(event.pointerId)) return;
  const { left, width } = picture.getBoundingClientRect();
  const at = ((event.clientX - left) / width) * seconds;
  const away = (word) => Math.abs(startOf(word) - at);
  place(handle, choices(runOf(handle.dataset.number)).reduce((best, word) => (away(word) < away(best) ? word : best)));
}

function letGo(event) {
  const handle = event.currentTarget;
  if (isMoved(handle)) handle.form.requestSubmit(handle);
}

function step(event) {
  const handle = event.currentTarget;
  const there = choices(runOf(handle.dataset.number));
  const at = there.findIndex((word) => firstOf(word) === handle.value);
  const to = { ArrowLeft: at - 1, ArrowDown: at - 1, ArrowRight: at + 1, ArrowUp: at + 1, Home: 0, End: there.length - 1 };
  if (event.key === "Escape") takeBack(handle);
  else if (event.key in to) place(handle, there[to[event.key]] ?? there[at]);
  else return;
  event.preventDefault();
}

function layHandle(run) {
  const handle = document.createElement("button");
  const band = picture.querySelectorAll(".band")[run.dataset.number - 1];
  handle.end = (parseFloat(band.getAttribute("x")) + parseFloat(band.getAttribute("width"))) / 100;
  handle.className = "edge";
  handle.name = "at";
  handle.dataset.number = run.dataset.number;
  handle.setAttribute("form", "edges");
  handle.setAttribute("formaction", run.dataset.edge);
  handle.setAttribute("role", "slider");
  handle.setAttribute("aria-label", picture.dataset.label.replace("#", run.dataset.number));
  handle.setAttribute("aria-valuemin", 0);
  handle.setAttribute("aria-valuemax", choices(run).length - 1);
  picture.append(handle);
  takeBack(handle);
  handle.addEventListener("pointerdown", (event) => handle.setPointerCapture(event.pointerId));
  handle.addEventListener("pointermove", drag);
  handle.addEventListener("pointerup", letGo);
  handle.addEventListener("pointercancel", () => takeBack(handle));
  handle.addEventListener("keydown", step);
  handle.addEventListener("blur", () => takeBack(handle));
  // A drag has asked already, and a touch that moved nothing asks for nothing; Enter asks where something was moved.
  handle.addEventListener("click", (event) => {
    if (event.detail > 0 || !isMoved(handle)) event.preventDefault();
  });
}

function layHandles() {
  for (const handle of picture.querySelectorAll(".edge")) handle.remove();
  let last = -LEAST_APART;
  for (const run of document.querySelectorAll("#words .run[data-edge] + .run[data-edge]")) {
    const at = (startOf(run.querySelector(".w")) / seconds) * picture.clientWidth;
    if (at - last < LEAST_APART) continue;
    layHandle(run);
    last = at;
  }
}

if (seconds) {
  layHandles();
  document.body.addEventListener("htmx:afterSettle", (event) => event.detail.target?.id === "said" && layHandles());
}
