// Writes what is held as files, for whoever cannot or will not send it: they stay held here all the same.
import { SEALED } from "./sealing.js";

const ENDINGS = {
  "audio/webm": "webm", "audio/mp4": "m4a", "audio/x-m4a": "m4a", "audio/ogg": "ogg", "audio/mpeg": "mp3", "audio/wav": "wav", "audio/x-wav": "wav",
  "audio/aac": "aac", "audio/flac": "flac", "audio/amr": "amr", [SEALED]: "sealed",
};

export async function saveAsFiles(store) {
  const files = [];
  for (const recording of await store.held()) {
    const audio = await store.audio(recording);
    if (recording.finished && audio.size) files.push(new File([audio], nameOf(recording), { type: audio.type }));
  }
  // An installed page on an iPhone has no downloads; its share sheet has "Save to Files".
  if ("standalone" in navigator && navigator.canShare?.({ files })) return navigator.share({ files }).catch(() => {});
  for (const file of files) download(file);
}

// The name begins with the time as `manage.py import_memos` and watched folders read it.
function nameOf({ id, recordedAt, type }) {
  const ending = ENDINGS[type.split(";")[0]] ?? "audio";
  return `${recordedAt.slice(0, 19).replaceAll(":", "-")} ${id.slice(0, 8)}.${ending}`;
}

function download(file) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
