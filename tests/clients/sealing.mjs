// What the phone's own page makes of a recording, and what its library opens. Asked by JSON, answered in hex by line:
// the recording sealed, as one with slices, and each slice of the vector opened.
import { Seal } from "../../capture/static/capture/phone/sealing.js";
import * as HPKE from "../../capture/static/capture/vendor/hpke/index.js";

const asked = JSON.parse(process.argv[2]);
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const say = (...parts) => console.log(Buffer.concat(parts.map((part) => Buffer.from(part))).toString("hex"));

const spoken = await Seal.for(bytes(asked.publicKey));
const slices = [...asked.slices.map(bytes), new Uint8Array()].map((slice, number) => spoken.slice(number, slice.buffer));
say(spoken.header, ...(await Promise.all(slices)));
const shared = await Seal.for(bytes(asked.publicKey));
say(shared.header, ...(await shared.slices(bytes(asked.slices.join("")).buffer)));

const suite = new HPKE.CipherSuite(HPKE.KEM_DHKEM_X25519_HKDF_SHA256, HPKE.KDF_HKDF_SHA256, HPKE.AEAD_AES_128_GCM);
const key = await suite.DeserializePrivateKey(bytes(asked.privateKey), true);
for (const { info, sealed } of asked.vector) {
  const [enc, ciphertext] = [bytes(sealed).subarray(0, suite.KEM.Nenc), bytes(sealed).subarray(suite.KEM.Nenc)];
  say(await suite.Open(key, enc, ciphertext, { info: bytes(info) }));
}
