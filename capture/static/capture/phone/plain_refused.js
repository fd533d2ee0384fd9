// The files that the service did not take: listed apart, to be saved as files and thrown away.
import { letGo } from "./plain_shelf.js";
import { fill } from "./status.js";
import { isSure } from "./sure.js";

const section = document.getElementById("refused");
const list = section.querySelector("ul");

// refused: rows of the shelf. whenGone(recording): called once its person has thrown it away.
export function showRefused(refused, whenGone) {
  for (const { href } of list.querySelectorAll("a")) URL.revokeObjectURL(href);
  list.replaceChildren(...refused.map((recording) => rowOf(recording, whenGone)));
  section.hidden = !refused.length;
}

function rowOf(recording, whenGone) {
  const row = section.querySelector("template").content.firstElementChild.cloneNode(true);
  const [name, why] = row.querySelectorAll("b, span");
  const [save, throwAway] = row.querySelectorAll("a, button");
  name.textContent = save.download = recording.name;
  name.id = `refused-${recording.id}`;
  why.textContent = section.getAttribute(`data-${recording.refusal}`) ?? section.dataset.refused;
  save.href = URL.createObjectURL(new Blob([recording.audio])); // without its type: nothing of it may run here
  throwAway.addEventListener("click", () => discard(recording, whenGone));
  for (const one of [save, throwAway]) one.setAttribute("aria-describedby", name.id);
  return row;
}

async function discard(recording, whenGone) {
  if (!(await isSure(fill(section.dataset.sure, { name: recording.name })))) return;
  await letGo(recording);
  await whenGone(recording);
}
