// A passkey that was put away, or is not known here, is told in a sentence; its buttons show where browsers have any.

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-failed").hidden = false;
});

if (window.PublicKeyCredential) {
  for (const hidden of document.querySelectorAll("[data-passkey]")) {
    hidden.hidden = false;
  }
}
