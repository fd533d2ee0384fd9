// How much can still be recorded here before the browser's room is full.
import { BITS_PER_SECOND } from "../recording/recorder.js";

const BYTES_A_MINUTE = (BITS_PER_SECOND / 8) * 60;
const FEW_MINUTES = 120;

// Gives how many minutes there is room for where these are few, else null.
export async function fewMinutesLeft() {
  const { quota, usage = 0 } = (await navigator.storage?.estimate?.().catch(() => null)) ?? {};
  const minutes = quota === undefined ? Infinity : Math.max(0, Math.floor((quota - usage) / BYTES_A_MINUTE));
  return minutes < FEW_MINUTES ? minutes : null;
}
