// Seals what is recorded for the service alone, slice by slice (docs/recorder.md): what was sealed, nobody opens here.
import { answer } from "../sending/database.js";
import * as HPKE from "../vendor/hpke/index.js";

export const SEALED = "application/vnd.stillnote.sealed";
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

// The key that a pairing asks to seal for, in base64; null where it asks for none. token: of the pairing; left out for that
// of what other apps share, and of phones that were paired when there was one key alone.
export async function sealKey(token) {
  const own = token ? await kept(token) : undefined;
  return (own === undefined ? await kept(CURRENT) : own) ?? null;
}

function kept(name) {
  return withKeys("readonly", (keys) => keys.get(name));
}

// Before the token is this phone's: so nothing is recorded under it that is not sealed, and whatever begins meanwhile is
// sealed as the pairing of before asks. key: null where it asks for none.
export function keepSealKey(token, key) {
  return withKeys("readwrite", (keys) => {
    if (key) keys.put(key, CURRENT);
    return keys.put(key, token);
  });
}

// Once the token is: what other apps share may be open from now on, where key is null.
export function sealSharedFor(key) {
  return withKeys("readwrite", (keys) => keys.put(key, CURRENT));
}

// The seal of a recording that begins under a pairing; null where that does not seal. token: as of sealKey.
export async function newSeal(token) {
  const key = await sealKey(token);
  return key && Seal.for(Uint8Array.from(atob(key), (sign) => sign.charCodeAt(0)));
}

export class Seal {
  type = SEALED;
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
    const transaction = database.transaction(KEYS, mode, { durability: "strict" });
    const asked = use(transaction.objectStore(KEYS));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return asked.result;
  } finally {
    database.close();
  }
}
