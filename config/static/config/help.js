// Finds out whether this phone trusts the computer by now, and goes on to its page by HTTPS then, with the pairing code.
const AGAIN_MS = 3000;
const PATIENCE_MS = 6000;
const GRACE_MS = 1500; // a better address has so much longer than the first one that answers

const told = document.getElementById("trust");
const origins = told.dataset.origins.split(" ");
const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);
const browser = /Firefox/.test(navigator.userAgent) ? "firefox" : "chrome";

// An image of another origin loads if its certificate is trusted, and tells nothing else.
function isTrusted(origin) {
  return new Promise((resolve) => {
    const probe = new Image();
    const late = setTimeout(() => resolve(false), PATIENCE_MS);
    const end = (isLoaded) => {
      clearTimeout(late);
      resolve(isLoaded);
    };
    probe.onload = () => end(true);
    probe.onerror = () => end(false);
    probe.src = `${origin}${told.dataset.probe}?${Date.now()}`;
  });
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function trustedOrigins() {
  const trusted = new Set();
  const asked = origins.map(async (origin) => {
    if (!(await isTrusted(origin))) throw new Error(origin);
    trusted.add(origin);
  });
  await Promise.any(asked).catch(() => {});
  if (trusted.size) await Promise.race([Promise.allSettled(asked), pause(GRACE_MS)]);
  return trusted;
}

// The order says which address is the best one: one that outlives a new number of the computer.
async function look() {
  const trusted = await trustedOrigins();
  const best = origins.find((origin) => trusted.has(origin));
  if (best) {
    told.textContent = told.dataset.going;
    location.replace(`${best}/phone/${location.hash}`);
  } else {
    told.textContent = told.dataset.waiting;
    setTimeout(look, AGAIN_MS);
  }
}

// Each way on takes the pairing code along, also where another one is opened in this same page.
function carryCode() {
  for (const link of document.querySelectorAll("#onward, #plain-way")) link.hash = location.hash;
}

document.getElementById(isApple ? "ios" : "android").open = true;
for (const step of document.querySelectorAll("[data-browser]")) step.hidden = step.dataset.browser !== browser;
addEventListener("hashchange", carryCode);
carryCode();
look();
