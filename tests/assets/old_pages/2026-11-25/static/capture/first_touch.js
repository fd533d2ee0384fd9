// Here before the button is: a touch that comes while phone.js is still on its way is kept for it.
addEventListener("click", ({ target }) => (window.isTouched ||= target.id === "record"));
