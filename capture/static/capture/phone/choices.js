// What a person chose on this phone, in fields whose names begin with "chosen-": kept in this browser.
const KEPT_AS = "stillnote-choices";

// Gives the chosen value of a field, by its name without "chosen-".
export function chosen(name) {
  return valueOf(document.getElementById(`chosen-${name}`));
}

// Fills the fields within a place as they were left, and remembers what is chosen in them.
export function rememberChoices(place, whenChosen) {
  const fields = place.querySelectorAll("[id^='chosen-']");
  const known = JSON.parse(localStorage.getItem(KEPT_AS)) ?? {};
  for (const field of fields) {
    if (known[field.id] === undefined) continue;
    if (field.type === "checkbox") field.checked = known[field.id];
    else field.value = known[field.id];
  }
  place.addEventListener("change", () => {
    const now = Array.from(fields, (field) => [field.id, valueOf(field)]);
    localStorage.setItem(KEPT_AS, JSON.stringify(Object.fromEntries(now)));
    whenChosen();
  });
  whenChosen();
}

function valueOf(field) {
  return field.type === "checkbox" ? field.checked : field.value;
}
