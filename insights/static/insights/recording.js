// A recording's page: one button for all of its sound, words that are chosen, heard and corrected where they stand.
// Without this script the browser's own player is shown, and the words are changed on pages of their own.
const player = document.getElementById("player");
const whole = document.getElementById("whole");
const UMS = "stillnote-without-ums";
const AROUND = /^[\p{P}\p{S}\p{Z}\p{C}]+|[\p{P}\p{S}\p{Z}\p{C}]+$/gu;
const bar = () => document.getElementById("wordbar");
const form = () => document.getElementById("correct");
let chosen = null;

// What stands in a word, without what is only shown where the ums before it are folded away.
const stands = (word) =>
  [...word.childNodes].filter((part) => !part.classList?.contains("rest")).map((part) => part.textContent).join("");
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

function tellWhole() {
  if (!whole) return;
  const icon = whole.querySelector("use");
  icon.setAttribute("href", icon.getAttribute("href").replace(/#.*/, player.paused ? "#play" : "#pause"));
  whole.querySelector("span").textContent = player.paused ? whole.dataset.sayPlay : whole.dataset.sayPause;
  document.getElementById("whole-at").textContent = clock(player.currentTime);
}

whole?.addEventListener("click", () => (player.paused ? player.play().catch(() => {}) : player.pause()));
for (const change of ["play", "pause", "timeupdate", "seeked", "ended"]) player?.addEventListener(change, tellWhole);

// What can be done with the word that is chosen stands below, where a thumb reaches it.
function choose(word) {
  chosen?.classList.remove("here");
  chosen = word;
  const shown = bar();
  if (shown) shown.hidden = !word;
  if (!word || !shown) return;
  word.classList.add("here");
  shown.querySelector("[data-word]").textContent = stands(word);
  const run = word.closest(".run");
  const isFirst = run?.querySelector(".w") === word;
  const next = run?.nextElementSibling?.matches(".run[data-edge]") ? run.nextElementSibling : null;
  const before = run?.previousElementSibling?.matches(".run[data-edge]") ? run.previousElementSibling : null;
  offer("split", !isFirst && run?.dataset.split, "", word);
  offer("this", !isFirst && before && run?.dataset.edge, run?.dataset.number, word);
  offer("next", !isFirst && run?.dataset.edge && next?.dataset.edge, next?.dataset.number, word);
  if (word.getBoundingClientRect().bottom > shown.getBoundingClientRect().top) word.scrollIntoView({ block: "nearest" });
}

function offer(what, address, number, word) {
  const button = bar().querySelector(`[data-do="${what}"]`);
  if (!button) return;
  button.hidden = !address;
  if (!address) return;
  button.formAction = address;
  button.value = word.dataset.w.split("-")[0];
  if (number) button.querySelector("[data-number]").textContent = number;
}

function correct(word, written) {
  const open = document.querySelector(".rewrite");
  if (open && open.value !== open.defaultValue) return form().requestSubmit();
  close();
  if (!form()) return;
  const input = document.createElement("input");
  input.className = "rewrite";
  input.name = "written";
  input.setAttribute("form", "correct");
  input.setAttribute("aria-label", `${form().dataset.label} ${stands(word)}`);
  input.autocapitalize = "off";
  input.defaultValue = stands(word).replace(AROUND, "");
  input.value = written ?? input.defaultValue;
  input.size = Math.max(4, input.value.length + 1);
  input.maxLength = 200;
  form().action = form().dataset.address.replace(/0-1$/, word.dataset.w);
  form().elements.stood.value = word.dataset.space + stands(word);
  word.after(input);
  word.hidden = true;
  input.focus();
  if (written === undefined) input.select();
}

function close() {
  const input = document.querySelector(".rewrite");
  if (!input) return null;
  const word = input.previousElementSibling;
  word.hidden = false;
  input.remove();
  return word;
}

// The first tap hears a word, the second one on it changes it. A key's click always hears.
document.addEventListener("click", (event) => {
  const word = event.target.closest("#words .w");
  if (word && word === chosen && event.detail > 0) {
    event.preventDefault();
    event.stopPropagation();
    return correct(word);
  }
  if (word) return choose(word);
  if (!event.target.closest("#wordbar, .rewrite")) choose(null);
}, true);
document.addEventListener("click", (event) => {
  if (event.target.closest('#wordbar [data-do="correct"]') && chosen) correct(chosen);
  if (event.target.closest("#without-ums")) foldUms(event);
});
document.addEventListener("focusin", (event) => {
  const word = event.target.closest("#words .w");
  if (word && word.matches(":focus-visible")) choose(word);
});
document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Escape" && target.matches(".rewrite")) {
    const word = close();
    word.tabIndex = 0;
    return word.focus();
  }
  if (key === "Escape") return choose(null);
  if (!target.matches("#words .w") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "F2") correct(target);
  else if (/^[\p{L}\p{N}]$/u.test(key)) correct(target, key);
  else return;
  event.preventDefault();
});
document.addEventListener("focusout", (event) => {
  const { target } = event;
  if (target.matches(".rewrite") && target.value === target.defaultValue) setTimeout(() => target.isConnected && document.activeElement !== target && close());
});

// htmx knows the address that the page came with: it is the word's.
document.body.addEventListener("htmx:configRequest", (event) => {
  if (event.target.id === "correct") event.detail.path = form().action;
});
// What was corrected is where the reader was; another part of the recording is read from its beginning.
document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.detail.target?.id !== "said") return; // there is none where a browser goes back
  showUms(remembersUms());
  const { elt, triggeringEvent } = event.detail.requestConfig;
  if (elt.closest("#parts")) return readOn(triggeringEvent?.type === "click");
  if (!chosen) return;
  const first = chosen.dataset.w.split("-")[0];
  const word = document.querySelector(`#words .w[data-w^="${first}-"]`);
  choose(word);
  if (!word) return;
  word.tabIndex = 0;
  word.focus({ preventScroll: true });
});

function readOn(isAsked) {
  choose(null);
  const text = document.getElementById("words");
  if (isAsked) text?.querySelector('[tabindex="0"]')?.focus({ preventScroll: true });
  if (isAsked || isFollowed) document.getElementById("said")?.scrollIntoView();
}

// Whoever hears the end of a part hears on, and reads on where its last word was in sight.
let isFollowed = false;
let heardTo = 0;
player?.addEventListener("timeupdate", () => {
  const until = Number(document.getElementById("said")?.dataset.until ?? Infinity);
  const [before, now] = [heardTo, player.currentTime];
  heardTo = now;
  if (player.paused || before >= until || now < until || now - before > 2 || document.querySelector(".rewrite")) return;
  const last = document.getElementById("words")?.lastElementChild?.getBoundingClientRect();
  isFollowed = last !== undefined && last.bottom > 0 && last.bottom < innerHeight;
  document.querySelector("#parts [rel=next]")?.dispatchEvent(new Event("heard"));
});

// The address of an idea may have been kept since before recordings had parts.
const sought = location.hash.startsWith("#idea-") && !document.getElementById(location.hash.slice(1));
if (sought && document.getElementById("parts") && !new URLSearchParams(location.search).has("idea")) {
  location.replace(`?idea=${location.hash.slice("#idea-".length)}${location.hash}`);
}

// Sounds are only folded away: the text is as it is.
function showUms(isWithout) {
  const text = document.getElementById("words");
  const link = document.getElementById("without-ums");
  if (!text || !link) return;
  text.classList.toggle("without-ums", isWithout);
  const stop = text.querySelector('[tabindex="0"]');
  if (stop && stop.offsetParent === null) {
    stop.tabIndex = -1;
    stop.removeAttribute("role");
    text.removeAttribute("data-roves");
    document.body.dispatchEvent(new Event("htmx:load"));
  }
  link.textContent = isWithout ? link.dataset.sayWith : link.dataset.sayWithout;
}

function foldUms(event) {
  event.preventDefault();
  const isWithout = !document.getElementById("words").classList.contains("without-ums");
  try {
    localStorage.setItem(UMS, isWithout ? "yes" : "no");
  } catch {
    // A browser that remembers nothing folds them for this page alone.
  }
  showUms(isWithout);
}

function remembersUms() {
  try {
    return localStorage.getItem(UMS) === "yes";
  } catch {
    return false;
  }
}

if (!new URLSearchParams(location.search).has("ums")) showUms(remembersUms());
