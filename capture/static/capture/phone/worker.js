// The service worker of the phone's page. It keeps the page with all it needs, whole and of one version, and sends what is
// held when the browser wakes it. It knows no tokens but those that the recordings bear.
import { Delivery } from "../sending/delivery.js";
import { NotTaken, Outbox } from "../sending/outbox.js";
import { openStore } from "../sending/store.js";
import { newSeal } from "./sealing.js";

const CACHE = "stillnote-phone-";
const OUTBOX = "outbox";

// about: {version, page, files, share, memos, uploads}: addresses; version is another one whenever a file is. most: {files,
// bytes}: what is held unasked; tooMuch: the sentence for more.
export function startWorker(about) {
  const name = CACHE + about.version;
  const kept = new Set([about.page, ...about.files]);
  addEventListener("install", (event) => event.waitUntil(keepAll(name, kept).then(() => self.skipWaiting())));
  addEventListener("activate", (event) => event.waitUntil(forgetOthers(name).then(() => clients.claim())));
  addEventListener("fetch", (event) => {
    const { pathname, origin } = new URL(event.request.url);
    if (origin !== location.origin) return;
    if (event.request.method === "POST" && pathname === about.share) event.respondWith(takeShared(event.request, about));
    else if (event.request.method === "GET" && kept.has(pathname)) event.respondWith(answerKept(name, event.request));
  });
  addEventListener("sync", (event) => {
    if (event.tag === OUTBOX) event.waitUntil(sendHeld(about));
  });
}

async function keepAll(name, addresses) {
  const cache = await caches.open(name);
  await cache.addAll([...addresses].map((address) => new Request(address, { cache: "reload" })));
}

async function forgetOthers(name) {
  const names = (await caches.keys()).filter((other) => other.startsWith(CACHE) && other !== name);
  await Promise.all(names.map((other) => caches.delete(other)));
}

async function answerKept(name, request) {
  const cache = await caches.open(name);
  return (await cache.match(request, { ignoreSearch: true, ignoreVary: true })) ?? fetch(request);
}

// Rejects where something is still held: then the browser wakes it again, ever more seldom.
async function sendHeld(about) {
  const store = await openStore("stillnote-phone");
  const delivery = new Delivery(about, store);
  const deliver = async (recording, audio, sha256) => {
    if (!recording.token) throw new NotTaken(401, null);
    return delivery.send(recording, audio, sha256, recording.token);
  };
  const problems = await new Outbox(store, deliver, () => {}).sendOnce();
  for (const page of await clients.matchAll()) page.postMessage("sent");
  if (!problems || problems.length) throw new Error("something is still held");
}

// What another app shares to this one is held, and sent when somebody has kept it on the page that opens.
async function takeShared(request, about) {
  const store = await openStore("stillnote-phone");
  const files = (await request.formData()).getAll("audio");
  const all = [...(await store.offered()).map(({ bytes = 0 }) => bytes), ...files.map(({ size }) => size)];
  if (all.length > about.most.files || all.reduce((sum, one) => sum + one, 0) > about.most.bytes) {
    return new Response(about.tooMuch, { status: 413, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  }
  for (const file of files) await store.take(file, await newSeal());
  return Response.redirect(about.page, 303);
}
