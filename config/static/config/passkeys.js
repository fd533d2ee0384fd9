// Forms that a passkey answers: shown where the browser has such a thing, and what goes wrong is told in a sentence.

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.getElementById("passkey-failed").hidden = false;
});

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  const button = form.querySelector("button[id]").id;
  window.allauth.webauthn.forms[form.dataset.passkey]({
    ids: {
      login: button,
      add: button,
      authenticate: button,
      credential: form.elements.credential.id,
      passwordless: form.elements.passwordless?.id,
      data: "passkey-question",
    },
  });
  form.hidden = false;
}
