// A DID document: which keys its subject signs with and under which issuer id it anchors (DID 1.0, CID 1.0).

import { FormatError } from "../errors.mjs";
import { parseAccount } from "./account.mjs";
import { isObject, words } from "./canonical.mjs";
import { parseMultikey } from "./keys.mjs";
import { parseTime } from "./moments.mjs";

const OTHERS = ["authentication", "keyAgreement", "capabilityInvocation", "capabilityDelegation"];
const MEMBERS = ["verificationMethod", "assertionMethod"]; // where methods stand
const SERVICE = "MerkleAnchorRegistry"; // the service that names a registry and the issuer id in it

// {did, methods: keys by method id, accounts, revoked: since when, by method id}; keys of other kinds and other services are passed over.
export function parseDidDocument(value) {
  if (!isObject(value) || typeof value.id !== "string") throw new FormatError("the DID document is not an object with an id");
  const did = value.id;
  const known = new Map(objects(value, "verificationMethod").flatMap((item) => method(item, did)));
  // A method counts for credentials only when assertionMethod refers to it or holds it.
  const names = list(value, "assertionMethod").filter((item) => typeof item === "string");
  const named = new Set(names.map((name) => absolute(name, did)));
  const held = objects(value, "assertionMethod").flatMap((item) => method(item, did));
  const revoked = new Map(MEMBERS.flatMap((member) => objects(value, member)).flatMap((item) => revokedSince(item, did)));
  // Others are told by assertionMethod, which a revoked key is in no more, that it is not to be used; here its date says so. A key that is
  // for something else was never one for assertions.
  const elsewhere = new Set(OTHERS.flatMap((member) => list(value, member)).map((item) => absolute(idOf(item), did)));
  const counts = (name) => named.has(name) || (revoked.has(name) && !elsewhere.has(name));
  const methods = new Map([...[...known].filter(([name]) => counts(name)), ...held]);
  const services = objects(value, "service").filter((item) => item.type === SERVICE);
  return { did, methods, accounts: services.map((item) => parseAccount(item.serviceEndpoint)), revoked };
}

function method(item, did) {
  const { id, publicKeyMultibase: key } = item;
  if (item.type !== "Multikey" || item.controller !== did || typeof id !== "string" || typeof key !== "string") return [];
  try {
    return [[absolute(id, did), parseMultikey(key)]];
  } catch (error) {
    if (error instanceof FormatError) return []; // a key of a kind that we do not know decides nothing
    throw error;
  }
}

// Since when a method is revoked (CID 1.0, 2.2), if it is; throws FormatError for a date that is none.
function revokedSince(item, did) {
  return "revoked" in item ? method(item, did).map(([name]) => [name, parseTime(words(item.revoked))]) : [];
}

const absolute = (name, did) => (name.startsWith("#") ? did + name : name);

const idOf = (item) => words(isObject(item) ? item.id : item);

const list = (value, name) => (Array.isArray(value[name]) ? value[name] : []);

const objects = (value, name) => list(value, name).filter(isObject);
