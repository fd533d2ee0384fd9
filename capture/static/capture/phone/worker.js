// The service worker of the phone's page. It keeps the page with all it needs, whole and of one version, and sends what is
// held when the browser wakes it. It knows no tokens but those that the recordings bear.
import { Delivery } from "../sending/delivery.js";
import { NotTaken, Outbox } from "../sending/outbox.js";
import { openStore, PHONE } from "../sending/store.js";
import { OUTBOX, SEALS } from "./background.js";
import { openOffered } from "./offering.js";
import { newSeal, sealKey } from "./sealing.js";

const CACHE = "stillnote-phone-";
const SHARING = "stillnote-sharing";
const FORM_BYTES = 64 * 1024; // what a form has around its files
const ANSWER_MILLISECONDS = 2000;

// about: {version, page, files, share, memos, uploads}: addresses; version is another one whenever a file is. most: {files,
// bytes}: what is held unasked; tooMuch: the sentence for more.
export function startWorker(about) {
  const name = CACHE + about.version;
  const kept = new Set([about.page, ...about.files]);
  addEventListener("install", (event) => event.waitUntil(keepAll(name, kept).then(() => self.skipWaiting())));
  addEventListener("activate", (event) => event.waitUntil(takeOver(name, about)));
  addEventListener("fetch", (event) => {
    const { pathname, origin } = new URL(event.request.url);
    if (origin !== location.origin) return;
    if (event.request.method === "POST" && pathname === about.share) event.respondWith(answerShare(event.request, about));
    else if (event.request.method === "GET" && kept.has(pathname)) event.respondWith(answerKept(name, event.request));
  });
  addEventListener("sync", (event) => {
    if (event.tag === OUTBOX) event.waitUntil(sendHeld(about));
  });
  addEventListener("message", (event) => {
    if (event.data === SEALS) event.waitUntil(renewOldPages(about));
  });
}

async function keepAll(name, addresses) {
  const cache = await caches.open(name);
  await cache.addAll([...addresses].map((address) => new Request(address, { cache: "reload" })));
}

async function takeOver(name, about) {
  await forgetOthers(name);
  await clients.claim();
  await renewOldPages(about);
}

// A page from before there was sealing would lay open sound beside a pairing that seals: it is opened anew.
async function renewOldPages(about) {
  if (!(await sealKey())) return;
  for (const page of await clients.matchAll({ type: "window" })) {
    if (!(await seals(page))) page.navigate(about.page); // not waited for: it waits for this worker
  }
}

// Whether a page knows of sealing: those of before answer nothing.
function seals(page) {
  const { port1, port2 } = new MessageChannel();
  page.postMessage(SEALS, [port2]);
  return new Promise((resolve) => {
    port1.onmessage = () => resolve(true);
    setTimeout(resolve, ANSWER_MILLISECONDS, false);
  });
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
  const store = await openStore(PHONE);
  const delivery = new Delivery(about, store);
  const deliver = async (recording, audio, sha256) => {
    if (!recording.token) throw new NotTaken(401, null);
    return delivery.send(recording, audio, sha256, recording.token);
  };
  const problems = await new Outbox(store, deliver, () => {}).sendOnce();
  for (const page of await clients.matchAll()) page.postMessage("sent");
  if (!problems || problems.length) throw new Error("something is still held");
}

// What another app shares to this one is held, and sent when somebody has kept it on the page that opens. One share after
// the other: each is to know what those before it left room for.
function answerShare(request, about) {
  return navigator.locks.request(SHARING, async () => {
    if (await takeShared(request, about.most)) return Response.redirect(about.page, 303);
    return new Response(about.tooMuch, { status: 413, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  });
}

// Whether there was room for all of it.
async function takeShared(request, most) {
  const store = await openOffered();
  const held = await store.held();
  const room = { files: most.files - held.length, bytes: most.bytes - total(held.map(({ bytes }) => bytes)) };
  const files = await sharedFiles(request, room.bytes);
  if (!files || files.length > room.files || total(files.map(({ size }) => size)) > room.bytes) return false;
  for (const file of files) await store.take(file, await newSeal());
  return true;
}

// Null where they are more than so many bytes: no worker is told how long a body is, so it is counted as it is read.
async function sharedFiles(request, bytes) {
  let left = bytes + FORM_BYTES;
  const bounded = new TransformStream({
    transform(chunk, controller) {
      left -= chunk.length;
      if (left < 0) controller.error(new RangeError("too much"));
      else controller.enqueue(chunk);
    },
  });
  try {
    const form = await new Response(request.body.pipeThrough(bounded), { headers: request.headers }).formData();
    return form.getAll("audio").filter((one) => one instanceof File);
  } catch (reason) {
    if (left < 0) return null;
    throw reason;
  }
}

function total(numbers) {
  return numbers.reduce((sum, one) => sum + one, 0);
}
