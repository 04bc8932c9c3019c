// Accreditations: anchored endorsements (Open Badges 3.0) by which an accreditor of the trust list makes an issuer known.
//
// An accreditor vouches for issuers, not for other accreditors: who may vouch, the trust list alone says. So no chain of endorsements is ever
// followed, and none can be made to turn in a circle.

import { FormatError } from "../errors.mjs";
import { parseAccount } from "./account.mjs";
import { isObject } from "./canonical.mjs";
import { parseDidDocument } from "./did_document.mjs";
import { ENDORSEMENT_CREDENTIAL } from "./openbadge/profile.mjs";
import { readOne, shownAlone } from "./presentation.mjs";
import { VALID } from "./report.mjs";

const MAX_EMBEDDED = 4; // of one credential that are looked at

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

// Whether a credential endorses a DID and is by an accreditor, by its own word: then it is worth to be checked.
export function mayCount(credential, did, trust) {
  return trust.issuers.get(credential.issuer)?.accredits === true && endorsed(credential) === did;
}

// What an endorsement that may count says, {did, name, accounts, methods, revoked, problem}; it does not count unless its own report, with all
// eight checks, is valid.
export function accredited(credential, report, trust) {
  const found = { did: endorsed(credential), name: trust.issuers.get(credential.issuer).name, problem: "" };
  const nothing = { accounts: new Set(), methods: new Map(), revoked: new Map() };
  if (report.verdict !== VALID) return { ...found, ...nothing, problem: report.headline };
  try {
    return { ...found, ...read(found.did, credential.document.credentialSubject) };
  } catch (error) {
    if (error instanceof FormatError) return { ...found, ...nothing, problem: error.message };
    throw error;
  }
}

// Whom a credential endorses, "" when it is no endorsement.
function endorsed(credential) {
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
