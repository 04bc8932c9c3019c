// Data Integrity signatures of the suites that are over the text itself (VC Data Integrity 1.0, sections 4.2 to 4.5).
//
// The rdfc suites sign what JSON-LD makes of a text: they are not known here, and are named.

import { concat, fromBase58, sha256, utf8 } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";
import { dump, object, without, words } from "./canonical.mjs";
import { KEY_BYTES, verify } from "./keys.mjs";
import { PUBLIC_BYTES } from "./p256.mjs";

const KIND = "DataIntegrityProof";
const MAX_SIGNATURE_CHARACTERS = 90; // "z" and 64 bytes in base 58; bounds the work on hostile input

// The length of the public keys of a suite, by its name.
export const SUITES = new Map([["eddsa-jcs-2022", KEY_BYTES], ["ecdsa-jcs-2019", PUBLIC_BYTES]]);
// What laurea's own programs sign for one another.
export const OWN_SUITES = new Map([["eddsa-jcs-2022", KEY_BYTES]]);

// Whether a proof over a document without `proof` is by a public key; `previous` are the proofs that it was made after.
export async function check(document, proof, public_, { previous = [], suites = SUITES } = {}) {
  const keyBytes = suites.get(words(proof.cryptosuite));
  const signature = signatureOf(proof.proofValue);
  const options = without(proof, "proofValue");
  if (keyBytes === undefined || options.type !== KIND || public_.length !== keyBytes || !signature.length) return false;
  const signed = documentOf(document, options);
  if (signed === null) return false;
  const whole = previous.length ? object(signed, { proof: previous }) : signed;
  return verify(public_, signature, concat(await sha256(utf8(dump(options))), await sha256(utf8(dump(whole)))));
}

// The proofs of a set that a proof names as made before it (4.4); throws FormatError when one of them is not there, or is itself.
export function previousProofs(proof, proofs) {
  const named = "previousProof" in proof ? proof.previousProof : [];
  const wanted = Array.isArray(named) ? named : [named];
  const isWanted = (other) => "id" in other && wanted.some((name) => dump(name) === dump(other.id));
  const found = proofs.filter((other) => other !== proof && isWanted(other));
  if (found.length !== wanted.length || new Set(wanted.map(words)).size !== wanted.length) {
    throw new FormatError("a proof before it is missing");
  }
  return found;
}

// The document as a proof with these options has signed it; null when it has signed another.
function documentOf(document, options) {
  if (!("@context" in options)) return document;
  return startsWith(document["@context"], options["@context"]) ? object(document, { "@context": options["@context"] }) : null;
}

// Whether a document's @context begins with all that was signed, in the same order (EdDSA Cryptosuites 1.0, 3.3.2, step 4).
function startsWith(context, signed) {
  const have = Array.isArray(context) ? context : [context ?? null];
  const want = Array.isArray(signed) ? signed : [signed];
  return dump(have.slice(0, want.length)) === dump(want);
}

function signatureOf(value) {
  const usable = typeof value === "string" && value.startsWith("z") && value.length <= MAX_SIGNATURE_CHARACTERS;
  return (usable && fromBase58(value.slice(1))) || new Uint8Array();
}

