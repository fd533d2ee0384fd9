// What a click brings that htmx sends is a part of a page. Where it is not, one sentence says why, and the page stays.
const told = document.getElementById("answers");
const UNREACHED = "unreached";
let reason = "";

function tell(why) {
  reason = why;
  told.hidden = !why;
  for (const sentence of told.children) sentence.hidden = sentence.dataset.when !== why;
}

function reasonOf(status) {
  if (status === 401) return "logged-out";
  if (status === 403) return "outdated";
  return status === 404 || status === 410 ? "gone" : "failed";
}

// A whole page is right only where a part of it is chosen from it, and is in it.
function isPart(answer, element) {
  if (!/<html[\s>]/i.test(answer)) return true;
  const chosen = element.closest("[hx-select]")?.getAttribute("hx-select");
  return Boolean(chosen && new DOMParser().parseFromString(answer, "text/html").querySelector(chosen));
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const isByHand = event.detail.requestConfig.triggeringEvent?.isTrusted;
  if (isByHand) tell("");
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, serverResponse, requestConfig } = event.detail;
  if (xhr.status >= 400) return;
  if (reason === UNREACHED) tell("");
  if (isPart(serverResponse, requestConfig.elt)) return;
  event.detail.shouldSwap = false;
  tell("outdated");
});
document.body.addEventListener("htmx:responseError", (event) => tell(reasonOf(event.detail.xhr.status)));
for (const name of ["htmx:sendError", "htmx:timeout"]) document.body.addEventListener(name, () => tell(UNREACHED));
