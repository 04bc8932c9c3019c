// Accreditations: anchored endorsements (Open Badges 3.0) by which an accreditor of the trust list makes an issuer known (docs/accreditation.md).
//
// Whoever the list marks as an accreditor may vouch. So may whoever was vouched for with the word for it (`mayAccredit`), and nobody else: what
// they may make known is as many links away as that word says.

import { FormatError } from "../errors.mjs";
import { parseAccount } from "./account.mjs";
import { isObject } from "./canonical.mjs";
import { parseDidDocument } from "./did_document.mjs";
import { ENDORSEMENT_CREDENTIAL } from "./openbadge/profile.mjs";
import { readOne, shownAlone } from "./presentation.mjs";

const MAX_EMBEDDED = 4; // of one credential that are looked at
const MAX_LINKS = 4; // from the trust list to an issuer
const MAX_CHAINS = 16; // of one credential that are judged
const MAX_SOUGHT = 256; // endorsements of one credential that are looked at for chains: a hostile one can nest many

// Accreditations that came as files; throws FormatError for what endorses nobody. Whether one counts is judged with each credential.
export function readAccreditations(files) {
  const found = files.map(readOne);
  for (const { problem, credential } of found) {
    if (problem) throw new FormatError(`an accreditation cannot be read: ${problem}`);
    if (!endorsed(credential)) throw new FormatError("an accreditation is not an EndorsementCredential about somebody");
  }
  return found;
}

// The endorsements that a credential carries of its issuer (`issuer.endorsement`), as if each was shown alone.
export function embedded(credential) {
  const { issuer } = credential.document;
  const found = isObject(issuer) ? issuer.endorsement : null;
  return (Array.isArray(found) ? found : [found]).slice(0, MAX_EMBEDDED).filter(isObject).map(shownAlone);
}

// The chains that may make the issuer of a credential known, by their own word: then they are worth to be judged. Each is a list of endorsements,
// the first by an accreditor of the trust list, the last of the issuer; of those given, and those that the credential and they themselves carry.
export function chains(credential, given, trust) {
  if (trust.issuers.has(credential.issuer)) return [];
  const found = [];
  const search = { given, trust, left: MAX_SOUGHT };
  for (const chain of upwards(search, credential.issuer, embedded(credential), [])) {
    found.push(chain);
    if (found.length === MAX_CHAINS) break;
  }
  return found;
}

// The chains whose last links are `below`, the first of them made by `did`; with no links, of the issuer `did`.
function* upwards(search, did, carried, below) {
  const { given, trust } = search;
  for (const shown of [...given.filter(({ credential }) => endorsed(credential) === did), ...carried]) {
    search.left -= 1;
    if (search.left < 0) return;
    const { credential } = shown;
    // Whoever may not accredit, or not so far, makes nobody known.
    if (endorsed(credential) !== did || (below.length && mayAccredit(credential) < below.length)) continue;
    const by = credential.issuer;
    const chain = [shown, ...below];
    const entry = trust.issuers.get(by);
    if (entry !== undefined) {
      // The list alone decides about whom it names: nobody else can make them an accreditor.
      if (entry.accredits) yield chain;
    } else if (chain.length < MAX_LINKS && !chain.some((each) => endorsed(each.credential) === by)) {
      yield* upwards(search, by, [...embedded(credential), ...carried], chain);
    }
  }
}

// How many links below whom it endorses may be made known by them; 0, as without the word, also when it is none.
export function mayAccredit({ document }) {
  const word = isObject(document.credentialSubject) ? document.credentialSubject.mayAccredit : 0;
  return Number.isInteger(word) && word > 0 ? word : 0;
}

// What an endorsement says, {did, name, accounts, methods, revoked, problem, through, note}, with why it does not count if it says nothing; `name`
// is what the trust list calls the accreditor.
export function said(credential, name) {
  const { credentialSubject: subject } = credential.document;
  const did = endorsed(credential);
  try {
    return { ...nothing(did, name, ""), ...read(did, isObject(subject) ? subject : {}) };
  } catch (error) {
    if (error instanceof FormatError) return nothing(did, name, error.message);
    throw error;
  }
}

// What does not count says nothing, but why.
export const nothing = (did, name, problem) => ({
  did,
  name,
  problem,
  accounts: new Set(),
  methods: new Map(),
  revoked: new Map(),
  through: [],
  note: "",
});

// Whom a credential endorses, "" when it is no endorsement.
export function endorsed(credential) {
  const { type } = credential.document;
  return (Array.isArray(type) ? type : [type]).includes(ENDORSEMENT_CREDENTIAL) ? (credential.subjectId ?? "") : "";
}

// The accounts and keys that the endorsement names, as an entry of a trust file does: `accounts`, `didDocument` or both.
function read(did, subject) {
  const listed = "accounts" in subject ? subject.accounts : [];
  const accounts = (Array.isArray(listed) ? listed : [listed]).map(parseAccount);
  const nobody = { did, accounts: [], methods: new Map(), revoked: new Map() };
  const document = "didDocument" in subject ? parseDidDocument(subject.didDocument) : nobody;
  if (document.did !== did) throw new FormatError("the DID document in it is that of another");
  const every = new Set([...accounts, ...document.accounts]);
  if (!every.size) throw new FormatError("it names no issuer id");
  return { accounts: every, methods: document.methods, revoked: document.revoked };
}
