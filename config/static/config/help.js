// Finds out whether this phone trusts the computer by now, and goes on to its page by HTTPS then, with the pairing code.
const AGAIN_MS = 3000;
const PATIENCE_MS = 6000;

const told = document.getElementById("trust");
const origins = told.dataset.origins.split(" ");
const isApple = /iPhone|iPad|iPod/.test(navigator.userAgent) || (/Macintosh/.test(navigator.userAgent) && navigator.maxTouchPoints > 1);

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

// The order says which address is the best one: one that outlives a new number of the computer.
async function look() {
  const trusted = await Promise.all(origins.map(isTrusted));
  const best = origins.find((_origin, place) => trusted[place]);
  if (best) {
    told.textContent = told.dataset.going;
    location.replace(`${best}/phone/${location.hash}`);
  } else {
    told.textContent = told.dataset.waiting;
    setTimeout(look, AGAIN_MS);
  }
}

document.getElementById(isApple ? "ios" : "android").open = true;
document.getElementById("plain-way").hash = location.hash;
look();
