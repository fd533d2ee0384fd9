// Keeps the screen from sleeping, as long as anything asks for it: the system takes a lock away whenever the page is not in
// front.
const reasons = new Set();
let lock = null;

export function keepAwake(reason) {
  reasons.add(reason);
  return take();
}

export function letSleep(reason) {
  reasons.delete(reason);
  if (reasons.size > 0) return;
  lock?.release();
  lock = null;
}

async function take() {
  if (reasons.size === 0 || document.visibilityState !== "visible" || lock?.released === false) return;
  lock = (await navigator.wakeLock?.request("screen").catch(() => null)) ?? null;
  if (reasons.size === 0) letSleep();
}

document.addEventListener("visibilitychange", take);
