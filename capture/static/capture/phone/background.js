// The page's own service worker: by it the page opens without a network, and what is held goes out while it is closed.
export const OUTBOX = "outbox"; // the name of the sync
export const SEALS = "seals"; // asked by the worker: whether this page knows of sealing

// whenSent(): called when the worker has sent something.
export function listenToWorker(whenSent) {
  navigator.serviceWorker?.addEventListener("message", ({ data, ports }) => {
    if (data === SEALS) ports[0].postMessage(true);
    else whenSent();
  });
}

// Without a worker the page goes on as it is.
export function startBackground(address) {
  if (!navigator.serviceWorker) return;
  navigator.serviceWorker.register(address, { type: "module", updateViaCache: "none" }).catch(() => {});
}

// Lets the worker open pages anew that do not know of sealing, where this phone seals.
export async function renewOldPages() {
  (await navigator.serviceWorker?.ready)?.active.postMessage(SEALS);
}

// Whether the browser wakes the worker when there is a network again. Only Chromium does.
export const wakesWorker = "SyncManager" in self;

// Asks for that. Where there is no worker yet, or its person forbade it, the page sends when it is opened.
export async function sendInBackground() {
  if (!wakesWorker || !navigator.serviceWorker?.controller) return;
  const { sync } = await navigator.serviceWorker.ready;
  await sync.register(OUTBOX).catch(() => {});
}
