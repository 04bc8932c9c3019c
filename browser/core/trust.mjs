// Whom a verifier accepts: the trust file (docs/trust-file.md) and what it means.

import { FormatError, InputError } from "../errors.mjs";
import { hex } from "../bytes.mjs";
import { parseAccount, parseAddress, parseChain, registryName } from "./account.mjs";
import { isObject, parse, without } from "./canonical.mjs";
import { parseDidDocument } from "./did_document.mjs";
import { publicOfDidKey } from "./keys.mjs";
import { parseTime } from "./moments.mjs";
import { OWN_SUITES, check } from "./signature.mjs";

const VERSION = 1;

export class Trust {
  // Entries by DID; registries that are good on every chain; registries for one, by their names; what the holder was asked to sign; and who
  // vouches for an issuer that is not listed.
  constructor({ issuers = new Map(), canonical = [], registries = [], demand = null, accreditations = [] } = {}) {
    if (demand && !(demand.audience && demand.challenge)) {
      throw new InputError("audience and challenge must not be empty: the holder signs both");
    }
    this.issuers = issuers;
    this.canonical = new Set(canonical);
    this.registries = new Set(registries);
    this.demand = demand;
    this.accreditations = accreditations;
  }

  // Whether a registry is one whose answers count; its code alone would not show who wrote to its storage first.
  acceptsRegistry(chainId, registry) {
    return this.canonical.has(registry) || this.registries.has(registryName(chainId, registry));
  }

  // The same with some members in place of its own.
  with(members) {
    return new Trust({ ...this, ...members });
  }

  // The same, but of accreditations only those that name an account: of what it anchors, others tell no keys.
  about(account) {
    return this.with({ accreditations: this.accreditations.filter(({ accounts }) => accounts.has(account)) });
  }

  // The keys that an issuer signs with, {methods, revoked}: as the list pins them, else as accreditors vouch for them.
  keysOf(did) {
    return this.issuers.get(did) ?? keysIn(this.accreditations.filter((each) => each.did === did && !each.problem && each.methods.size));
  }
}

// The keys that some accreditations name: whoever counts may name one, and whoever counts may say that others hold it.
function keysIn(vouched) {
  const [methods, revoked] = [new Map(), new Map()];
  for (const each of vouched) {
    for (const [method, key] of each.methods) if (!methods.has(method)) methods.set(method, key);
    for (const [method, since] of each.revoked) {
      const known = revoked.get(method);
      if (known === undefined || since < known) revoked.set(method, since);
    }
  }
  return { methods, revoked };
}

// Whom some trust files name together; throws FormatError. With `signer` (a did:key) each of them must be signed by that key.
export async function readTrust(files, { canonical, demand = null, signer = null }) {
  const issuers = new Map();
  const registries = [];
  for (const data of files) {
    const document = parse(data);
    const found = parseTrust(document);
    if (signer !== null) await requireSigner(document, signer);
    for (const [did, entry] of found.issuers) {
      const known = issuers.get(did) ?? entry;
      if (fingerprint(known) !== fingerprint(entry)) throw new FormatError(`two trust files disagree about ${did}: keep the newer one only`);
      issuers.set(did, known);
    }
    registries.push(...found.registries);
  }
  return new Trust({ issuers, canonical: [canonical], registries, demand });
}

// The issuers by DID and the registries that a trust file names; throws FormatError.
export function parseTrust(document) {
  const value = members(document, "the trust file", ["laurea", "version", "issuers"], ["registries", "proof"]);
  if (value.laurea !== "trust" || value.version !== VERSION) throw new FormatError(`this is not a laurea trust file of version ${VERSION}`);
  const entries = list(value.issuers, "issuers").map(parseIssuer);
  const issuers = new Map(entries.map((entry) => [entry.did, entry]));
  if (issuers.size !== entries.length) throw new FormatError("the trust file names one issuer twice");
  return { issuers, registries: "registries" in value ? list(value.registries, "registries").map(parseRegistry) : [] };
}

async function requireSigner(document, signer) {
  const public_ = publicOfDidKey(signer);
  const { proof } = document;
  if (!isObject(proof)) throw new FormatError("the trust file is not signed");
  const fits = proof.proofPurpose === "assertionMethod" && (await check(without(document, "proof"), proof, public_, { suites: OWN_SUITES }));
  if (!fits) throw new FormatError(`the trust file is not signed by ${signer}, or was altered since`);
}

function parseIssuer(value) {
  const entry = members(value, "an issuer of the trust file", ["did", "name", "date"], ["accounts", "didDocument", "accredits"]);
  const [did, name, date] = ["did", "name", "date"].map((member) => text(entry[member], member));
  const accounts = ("accounts" in entry ? list(entry.accounts, "accounts") : []).map(parseAccount);
  const accredits = "accredits" in entry ? entry.accredits : false;
  if (typeof accredits !== "boolean") throw new FormatError("accredits in the trust file is neither true nor false");
  const pinned = "didDocument" in entry ? parseDidDocument(entry.didDocument) : null;
  if (pinned && pinned.did !== did) throw new FormatError(`the DID document pinned for ${did} is that of ${pinned.did}`);
  const { methods, revoked } = pinned ?? { methods: new Map(), revoked: new Map() };
  const every = new Set([...accounts, ...(pinned?.accounts ?? [])]);
  return { did, name, date: parseTime(date), accounts: every, methods, revoked, accredits };
}

function parseRegistry(value) {
  const entry = members(value, "a registry of the trust file", ["chain", "address"], []);
  return registryName(parseChain(entry.chain), parseAddress(entry.address));
}

function members(value, what, required, optional) {
  if (!isObject(value)) throw new FormatError(`${what} is not a JSON object`);
  const missing = required.filter((name) => !(name in value)).sort();
  const unknown = Object.keys(value).filter((name) => !required.includes(name) && !optional.includes(name)).sort();
  const problems = [...missing.map((name) => `lacks ${name}`), ...unknown.map((name) => `has an unknown member '${name}'`)];
  if (problems.length) throw new FormatError(`${what} ${problems.join(", ")}`);
  return value;
}

function list(value, name) {
  if (!Array.isArray(value)) throw new FormatError(`${name} in the trust file is not a list`);
  return value;
}

function text(value, name) {
  if (typeof value !== "string" || !value) throw new FormatError(`${name} in the trust file is not a text`);
  return value;
}

// An entry as one text: which of two different ones decides must not depend on their order.
function fingerprint({ did, name, date, accounts, methods, revoked, accredits }) {
  const keys = [...methods].map(([method, key]) => [method, hex(key)]);
  const since = [...revoked].map(([method, moment]) => [method, String(moment)]);
  return JSON.stringify([did, name, String(date), [...accounts].sort(), keys.sort(), since.sort(), accredits]);
}
