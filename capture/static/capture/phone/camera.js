// Reads a pairing code from the picture on the devices page. The phone's own camera app would open its link in a browser, whose
// recordings and pairing are not those of what is installed.
const LOOK_EVERY_MILLISECONDS = 250;
const CAMERA = { video: { facingMode: "environment" } };

// Shows what the camera sees until there is a code, and resolves to it; to "" once the signal is given. Rejects without a camera.
export async function readCode(video, signal) {
  const detector = await newDetector();
  const stream = await navigator.mediaDevices.getUserMedia(CAMERA);
  try {
    video.srcObject = stream;
    video.hidden = false;
    await video.play();
    while (!signal.aborted) {
      for (const { rawValue } of await detector.detect(video)) {
        const code = codeIn(rawValue);
        if (code) return code;
      }
      await new Promise((looked) => setTimeout(looked, LOOK_EVERY_MILLISECONDS));
    }
    return "";
  } finally {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
    video.hidden = true;
  }
}

// The browser's own, where it has one that reads such pictures; else the one that comes along, loaded only now.
async function newDetector() {
  const formats = await globalThis.BarcodeDetector?.getSupportedFormats?.().catch(() => []);
  const Detector = formats?.includes("qr_code")
    ? globalThis.BarcodeDetector
    : (await import("../vendor/qr/decode.js")).BarcodeDetector;
  return new Detector({ formats: ["qr_code"] });
}

function codeIn(text) {
  return URL.canParse(text) ? new URLSearchParams(new URL(text).hash.slice(1)).get("pair") : null;
}
