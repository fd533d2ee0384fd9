// "Record" on Today. What records comes when it is pressed, or at once where this browser recorded before: something may
// be held here that waits to be sent.
const button = document.getElementById("record-here");
const status = document.getElementById("record-status");

const load = () => import("./recording/on_today.js");

async function pressFirst() {
  button.disabled = true;
  try {
    const { press } = await load();
    await press();
  } catch {
    button.addEventListener("click", pressFirst, { once: true });
    button.disabled = false;
    status.textContent = status.dataset.unloaded;
    status.hidden = false;
  }
}

const stores = await indexedDB.databases?.().catch(() => null); // some browsers tell nothing, and private windows refuse
if (!stores || stores.some(({ name }) => name === button.dataset.store)) await load();
else button.addEventListener("click", pressFirst, { once: true });
button.disabled = false;
