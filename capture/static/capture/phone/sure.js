// Asks before what cannot be undone: the dialog of the page, opened with a sentence.
const dialog = document.getElementById("sure");

// Resolves to whether its person said so; Escape and closing say no.
export function isSure(sentence) {
  dialog.querySelector("p").textContent = sentence;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "gone"), { once: true });
  });
}
