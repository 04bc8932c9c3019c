// A credential and its claims: split it, in order, and salt them (DESIGN.md section 2, "Claims").

import { bigEndian, sha256, utf8 } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";
import { dump, isObject, without } from "./canonical.mjs";
import { leafHash } from "./tree.mjs";

export const ENVELOPE = ""; // the pointer of claim 0
export const MAX_CLAIMS = 4096;
export const SEED_BYTES = 32;
export const SALT_BYTES = 16;

// The claims of a credential without `proof`, as pairs of pointer and value, the envelope first.
export function split(document) {
  const claims = [[ENVELOPE, without(document, "credentialSubject", "evidence")]];
  if ("evidence" in document) claims.push(["/evidence", document.evidence]);
  if ("credentialSubject" in document) open("/credentialSubject", document.credentialSubject, claims);
  if (claims.length > MAX_CLAIMS) throw new FormatError(`the credential has more than ${MAX_CLAIMS.toLocaleString("en-US")} claims`);
  // As RFC 8785 compares names: by UTF-16 code units, as ECMAScript compares strings.
  return claims.sort(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0));
}

// Whether a value is one claim: all but non-empty objects that are no embedded credentials.
export function isAtomic(value) {
  // An embedded credential that could be opened could lose its own validUntil.
  return !isObject(value) || !Object.keys(value).length || "issuer" in value || "@context" in value;
}

// The salt of a claim: H("laurea/salt" || seed || be32(index))[0:16].
export async function salt(seed, index) {
  return (await sha256(utf8("laurea/salt"), seed, bigEndian(index, 4))).subarray(0, SALT_BYTES);
}

// The leaf hashes of claims, each with its salt: over salt || JCS([pointer, value]).
export const leafHashes = (claims, salts) => Promise.all(claims.map((claim, at) => leafHash(salts[at], utf8(dump(claim)))));

function open(pointer, value, claims) {
  if (isAtomic(value)) {
    claims.push([pointer, value]);
    return;
  }
  for (const [name, member] of Object.entries(value)) open(`${pointer}/${escape(name)}`, member, claims);
}

const escape = (name) => name.replaceAll("~", "~0").replaceAll("/", "~1");
