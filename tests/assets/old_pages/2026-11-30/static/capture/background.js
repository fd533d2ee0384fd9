// The page's own service worker: by it the page opens without a network, and what is held goes out while it is closed.
const OUTBOX = "outbox"; // the name of the sync, as the worker knows it

// whenSent(): called when the worker has sent something. Without a worker the page goes on as it is.
export function startBackground(address, whenSent) {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.addEventListener("message", whenSent);
  navigator.serviceWorker.register(address, { type: "module", updateViaCache: "none" }).catch(() => {});
}

// Whether the browser wakes the worker when there is a network again. Only Chromium does.
export const wakesWorker = "SyncManager" in window;

// Asks for that. Where there is no worker yet, or its person forbade it, the page sends when it is opened.
export async function sendInBackground() {
  if (!wakesWorker || !navigator.serviceWorker?.controller) return;
  const { sync } = await navigator.serviceWorker.ready;
  await sync.register(OUTBOX).catch(() => {});
}
