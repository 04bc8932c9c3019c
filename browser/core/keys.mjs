// Verify bytes by Ed25519 or P-256; key identifiers from text (Multikey and did:key).
//
// A public key is its bytes, whose number tells its kind: 32 of Ed25519, 33 of P-256 (a compressed point).

import { concat, fromBase58, fromHex, toBase58 } from "../bytes.mjs";
import { FormatError, Undecidable } from "../errors.mjs";
import { PUBLIC_BYTES, decompress } from "./p256.mjs";

export const DID_KEY = "did:key:";
export const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const MULTIKEY_CHARACTERS = 49; // "z" and 35 bytes in base 58; bounds the work on hostile input
const CODECS = new Map([[KEY_BYTES, [0xed, 0x01]], [PUBLIC_BYTES, [0x80, 0x24]]]); // multicodecs as varints

// RFC 8032, 7.1, test 2: a browser that cannot verify this knows no Ed25519.
const KNOWN = {
  key: "0x3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
  message: "0x72",
  signature:
    "0x92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
};

export const multikey = (public_) => "z" + toBase58(concat(new Uint8Array(CODECS.get(public_.length)), public_));

// The public key of a Multikey; throws FormatError for any other text.
export function parseMultikey(text) {
  const raw = (text.startsWith("z") && text.length <= MULTIKEY_CHARACTERS && fromBase58(text.slice(1))) || new Uint8Array();
  const public_ = raw.subarray(2);
  const codec = CODECS.get(public_.length);
  const known = codec && raw[0] === codec[0] && raw[1] === codec[1] && multikey(public_) === text;
  if (!known || (public_.length === PUBLIC_BYTES && !decompress(public_))) {
    throw new FormatError("the key is neither an Ed25519 nor a P-256 Multikey (z6Mk… or zDn…)");
  }
  return public_;
}

// The public key that a did:key is; throws FormatError for any other text.
export function publicOfDidKey(did) {
  if (!did.startsWith(DID_KEY)) throw new FormatError("the identifier is not a did:key");
  return parseMultikey(did.slice(DID_KEY.length));
}

// Whether `signature` is that of a public key of either kind over `message`; throws Undecidable where the browser cannot tell.
export async function verify(public_, signature, message) {
  if (signature.length !== SIGNATURE_BYTES) return false;
  if (public_.length === PUBLIC_BYTES) return verifyP256(public_, signature, message);
  if (public_.length !== KEY_BYTES) return false;
  if (!(await knowsEd25519())) throw new Undecidable("this browser cannot check Ed25519 signatures; a newer one can");
  return verifyEd25519(public_, signature, message);
}

async function verifyP256(public_, signature, message) {
  const point = decompress(public_);
  if (!point) return false;
  const key = await crypto.subtle.importKey("raw", point, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, message);
}

async function verifyEd25519(public_, signature, message) {
  try {
    const key = await crypto.subtle.importKey("raw", public_, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
  } catch {
    return false; // the bytes are no point of the curve, for the browser knows the algorithm
  }
}

let probe; // of the browser, which does not change meanwhile

// Whether the browser can check Ed25519 signatures at all.
export function knowsEd25519() {
  probe ??= verifyEd25519(fromHex(KNOWN.key), fromHex(KNOWN.signature), fromHex(KNOWN.message));
  return probe;
}
