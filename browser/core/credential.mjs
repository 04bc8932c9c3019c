// The credential: parse it, and read what every credential says of itself (W3C VC 2.0).

import { utf8 } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";
import { MAX_DEPTH as ANY_DEPTH, depth, dump, isObject, without } from "./canonical.mjs";
import { parseTime } from "./moments.mjs";

export const MAX_BYTES = 256 << 10; // of the JCS form without `proof` (DESIGN.md section 2)
export const MAX_DEPTH = 32; // the outermost object is 1
export const CONTEXT_1_1 = "https://www.w3.org/2018/credentials/v1";
export const MAX_PROOFS = 16; // bounds what one credential can make us verify

const text = (value) => (typeof value === "string" ? value : null);

export class Credential {
  // A credential without `proof`, and the proofs of its set in their order.
  constructor(document, proofs) {
    this.document = document;
    this.proofs = proofs;
  }

  // Takes a value that came from `parse` for a credential; throws FormatError when it is none or beyond the limits.
  static of(value, maxBytes = MAX_BYTES) {
    if (!isObject(value)) throw new FormatError("the credential is not a JSON object");
    const document = without(value, "proof");
    if (depth(document) > MAX_DEPTH) throw new FormatError(`the document is nested deeper than ${MAX_DEPTH}`);
    if (utf8(dump(document)).length > maxBytes) {
      throw new FormatError(`the credential is larger than ${maxBytes.toLocaleString("en-US")} bytes`);
    }
    const proofs = proofsOf(value);
    if (depth(proofs) > ANY_DEPTH) throw new FormatError(`the document is nested deeper than ${ANY_DEPTH}`);
    return new Credential(document, proofs);
  }

  get id() {
    return text(this.document.id);
  }

  // The issuer's identifier, "" when there is none: the data model's check says so.
  get issuer() {
    const { issuer } = this.document;
    return text(isObject(issuer) ? issuer.id : issuer) ?? "";
  }

  // The identifier of the one subject; null when it is hidden, absent or in an array.
  get subjectId() {
    const subject = this.document.credentialSubject;
    return isObject(subject) ? text(subject.id) : null;
  }

  // When the credential begins to hold, null for always; throws FormatError when it is not a dateTimeStamp.
  get validFrom() {
    return this.#time(this.isLegacy ? "issuanceDate" : "validFrom");
  }

  get validUntil() {
    return this.#time(this.isLegacy ? "expirationDate" : "validUntil");
  }

  // Whether the credential says that it follows VC 1.1, which has other names for its dates: by its first context.
  get isLegacy() {
    const context = this.document["@context"];
    return (Array.isArray(context) ? context[0] : context) === CONTEXT_1_1;
  }

  #time(name) {
    if (!(name in this.document)) return null;
    const value = this.document[name];
    if (typeof value !== "string") throw new FormatError(`${name} is not a string`);
    return parseTime(value);
  }
}

function proofsOf(value) {
  if (!("proof" in value)) return [];
  const found = Array.isArray(value.proof) ? value.proof : [value.proof];
  if (found.length > MAX_PROOFS) throw new FormatError(`the credential has more than ${MAX_PROOFS} proofs`);
  if (!found.every(isObject)) throw new FormatError("a proof is not a JSON object");
  return found;
}
