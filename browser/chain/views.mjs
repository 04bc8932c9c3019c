// The registry's views: questions about one address, and how their answers are read (docs/contract.md).

import { fromHex } from "../bytes.mjs";
import { SELECTORS } from "../constants.mjs";
import { NoSense, call, data } from "./rpc.mjs";

export const CREDENTIALS_A_WORD = 256;
const WORD = 64; // hexadecimal digits
const MAX_PROFILE_BYTES = 255; // a DID fits; anybody may store more for an issuer of their own, and none of it counts

// A question is its calldata, and how what it returns is read (NoSense when it makes no sense).
const question = (name, words, read) => ({ data: SELECTORS[name] + words.map((word) => word.slice(2).padStart(WORD, "0")).join(""), read });

// What is stored about a root; `compromisedFrom` is 0 here, because the registry keeps that with the key.
export const batch = (issuer, root) =>
  question("batchOf", [issuer, root], (answer) => {
    const [key, time, size, revoked, reason] = read(answer, ["address", 40, 32, "bool", 8]);
    return time ? { key, time, size, revoked, reason, compromisedFrom: 0 } : null;
  });

// Since when a key counts as compromised, 0 for never.
export const compromisedFrom = (address) => question("keyOf", [address], (answer) => read(answer, ["address", 8, 40, 40])[3]);

// The DID that the issuer states; empty if there is none or it cannot be one.
export const profile = (issuer) => question("profileOf", [issuer], readProfile);

// 256 revocation bits: bit i is the credential with index 256 * word + i.
export const revoked = (issuer, root, word) =>
  question("revokedWord", [issuer, root, `0x${word.toString(16)}`], (answer) => {
    if (answer.length !== 2 + WORD) throw new NoSense("not a word");
    return BigInt(answer);
  });

// Asks a node what the registry answers to calldata at a block, by its hash (EIP-1898: an error unless it is canonical).
export const ask = (registry, calldata, hash) => call("eth_call", [{ to: registry, data: calldata }, at(hash)], data);

export const code = (address, hash) => call("eth_getCode", [address, at(hash)], data);

const at = (hash) => ({ blockHash: hash, requireCanonical: true });

// The values in an answer: an address, a bool, or a number of so many bits.
function read(answer, kinds) {
  return kinds.map((kind, number) => {
    const value = wordAt(answer, number);
    if (kind === "address" && value < 1n << 160n) return `0x${value.toString(16).padStart(40, "0")}`;
    if (kind === "bool" && value < 2n) return value === 1n;
    if (typeof kind === "number" && value < 1n << BigInt(kind)) return Number(value);
    throw new NoSense("a word is of another kind");
  });
}

// The word at a place of an answer, as BigInt.
export function wordAt(answer, number) {
  const found = answer.slice(2 + WORD * number, 2 + WORD * (number + 1));
  if (found.length !== WORD) throw new NoSense("the data is too short");
  return BigInt(`0x${found}`);
}

function readProfile(answer) {
  const raw = fromHex(answer);
  const offset = wordAt(answer, 0);
  if (offset + 32n > BigInt(raw.length)) throw new NoSense("a string ends beyond the data");
  const start = Number(offset) + 32;
  const length = BigInt(`0x${answer.slice(2 * start - WORD + 2, 2 * start + 2)}`);
  if (length > BigInt(raw.length - start)) throw new NoSense("a string ends beyond the data");
  if (length > MAX_PROFILE_BYTES) return "";
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(raw.subarray(start, start + Number(length)));
  } catch {
    return "";
  }
}
