// A menu is closed by Escape, by a click beside it and by what was chosen in it; without this script by its own name.
const opened = () => document.querySelector("details.menu[open]");

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && opened();
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
document.addEventListener("click", (event) => {
  const menu = opened();
  if (menu && (!menu.contains(event.target) || event.target.closest(".leaf > a"))) menu.open = false;
});
