// Says why a sound does not come, where the finger was, in a sentence of the page.
const sentences = document.getElementById("unplayed")?.content;
let told = null;

export function forget() {
  told?.remove();
  told = null;
}

// Of a sound that does not come the player says only that: its address is asked why.
async function reasonOf(address) {
  try {
    const answer = await fetch(address, { method: "HEAD", cache: "no-store" });
    if (answer.redirected || answer.status === 401) return "logged-out";
    if (answer.status === 410) return "changed";
    if (answer.status === 404) return "gone";
    return answer.ok ? "unplayable" : "failed";
  } catch {
    return "unreached";
  }
}

export async function tell(player, place) {
  const address = player.src;
  const why = await reasonOf(address);
  if (address !== player.src) return;
  forget();
  const sentence = sentences?.querySelector(`[data-when="${why}"]`);
  if (!sentence || !place.isConnected) return;
  told = sentence.cloneNode(true);
  told.className = "note bad unplayed";
  told.setAttribute("role", "alert");
  place.after(told);
}
