// What a listener chose, remembered by this browser: how fast, and whether pauses are passed over.
// The second by a cookie, for the service makes the sound of a whole night without them.
const SPEED = "stillnote-speed";
const PAUSES = "pauses=skip";
const SLOWEST = 0.8;
const FASTEST = 2;
const YEAR_SECONDS = 31_536_000;

export function speed() {
  try {
    return Math.min(FASTEST, Math.max(SLOWEST, Number(localStorage.getItem(SPEED)) || 1));
  } catch {
    return 1; // this browser remembers nothing for anybody
  }
}

export function passesPauses() {
  return document.cookie.split("; ").includes(PAUSES);
}

function rememberSpeed(chosen) {
  try {
    localStorage.setItem(SPEED, chosen);
  } catch {
    // it holds on this page
  }
}

function rememberPauses(isPassing) {
  document.cookie = `${PAUSES}; path=/; samesite=lax; max-age=${isPassing ? YEAR_SECONDS : 0}`;
}

// The menu of a player: changed() is called after each choice.
export function offerChoices(player, menu, changed = () => {}) {
  const speeds = [...menu.querySelectorAll("[data-speed]")];
  const shown = menu.querySelector("[data-speed-now]");
  const pauses = menu.querySelector("[name=pauses]");

  function setSpeed(chosen) {
    player.defaultPlaybackRate = chosen; // what the next recording begins with
    player.playbackRate = chosen;
    shown.textContent = `${chosen.toLocaleString(document.documentElement.lang)}×`;
    for (const one of speeds) one.setAttribute("aria-pressed", Number(one.dataset.speed) === chosen);
  }

  setSpeed(speed());
  pauses.checked = passesPauses();
  for (const one of speeds) {
    one.addEventListener("click", () => {
      rememberSpeed(one.dataset.speed);
      setSpeed(Number(one.dataset.speed));
    });
  }
  pauses.addEventListener("change", () => {
    rememberPauses(pauses.checked);
    changed();
  });
}
