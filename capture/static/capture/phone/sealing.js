// Seals what is recorded for the service alone, slice by slice (docs/recorder.md): what was sealed, nobody opens here.
import { answer } from "../sending/store.js";
import * as HPKE from "../vendor/hpke/index.js";

const SUITE = new HPKE.CipherSuite(HPKE.KEM_DHKEM_X25519_HKDF_SHA256, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_128_GCM);
const MAGIC = Uint8Array.of(0x93, ...HPKE.encode("SEALED"), 1);
const KEY_ID_BYTES = 8;
const OWN_BYTES = 16;
const NUMBER_BYTES = 4;
const FILE_SLICE_BYTES = 256 * 1024;
const DATABASE = "stillnote-sealing"; // where the page and its service worker both find the key
const KEYS = "keys";
const CURRENT = "current";

// Whether this browser has what it takes.
export function canSeal() {
  return SUITE.GenerateKeyPair().then(
    () => true,
    () => false,
  );
}

// The key that this phone's pairing asks to seal for, in base64; null where it does not.
export async function sealKey() {
  return (await withKeys("readonly", (keys) => keys.get(CURRENT))) ?? null;
}

export function keepSealKey(key) {
  return withKeys("readwrite", (keys) => keys.put(key, CURRENT));
}

// The seal of a recording that begins; null where this phone does not seal.
export async function newSeal() {
  const key = await sealKey();
  return key && Seal.for(Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0)));
}

export class Seal {
  type = "application/vnd.stillnote.sealed";
  #key;

  // header: what the sealed recording begins with.
  constructor(key, header) {
    this.#key = key;
    this.header = header;
  }

  static async for(key) {
    const keyId = new Uint8Array(await crypto.subtle.digest("SHA-256", key)).subarray(0, KEY_ID_BYTES);
    const own = crypto.getRandomValues(new Uint8Array(OWN_BYTES));
    return new Seal(await SUITE.DeserializePublicKey(key), HPKE.concat(MAGIC, keyId, own));
  }

  // Resolves to the slice as it is kept and sent. bytes: an ArrayBuffer; an empty one says that no other follows.
  async slice(number, bytes) {
    const place = HPKE.I2OSP(number, NUMBER_BYTES);
    const info = HPKE.concat(this.header, place);
    const { encapsulatedSecret, ciphertext } = await SUITE.Seal(this.#key, new Uint8Array(bytes), { info });
    const length = HPKE.I2OSP(encapsulatedSecret.length + ciphertext.length, NUMBER_BYTES);
    return HPKE.concat(place, length, encapsulatedSecret, ciphertext).buffer;
  }

  // Resolves to all slices of what is there already, and their end.
  async slices(bytes) {
    const count = Math.ceil(bytes.byteLength / FILE_SLICE_BYTES);
    const part = (_, number) => bytes.slice(number * FILE_SLICE_BYTES, (number + 1) * FILE_SLICE_BYTES);
    const parts = count ? [...Array.from({ length: count }, part), new ArrayBuffer()] : [];
    return Promise.all(parts.map((one, number) => this.slice(number, one)));
  }
}

async function withKeys(mode, use) {
  const opening = indexedDB.open(DATABASE);
  opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
  const database = await answer(opening);
  try {
    return await answer(use(database.transaction(KEYS, mode, { durability: "strict" }).objectStore(KEYS)));
  } finally {
    database.close();
  }
}
