// Status entries of credentials, and the lists that they are in (Bitstring Status List 1.0, 2.1 and 2.2).

import { FormatError } from "../errors.mjs";
import * as bitstring from "./bitstring.mjs";
import { isInteger, isObject, parse, words } from "./canonical.mjs";
import { Credential } from "./credential.mjs";

const ENTRY = "BitstringStatusListEntry";
const LIST = "BitstringStatusList";
const LIST_CREDENTIAL = "BitstringStatusListCredential";
const MAX_LIST_BYTES = 1 << 20; // of a list credential as JSON text
const MAX_STATUS_BITS = 32; // of one entry
const DEFAULT_TTL = 300_000; // milliseconds, where a list does not say (2.2)
const STATUS = /^0x[0-9a-fA-F]{1,8}$/;
const INDEX = /^(0|[1-9][0-9]{0,39})$/; // of any size, but no work

// Where the status of a credential stands: {purpose, index, url, size}; throws FormatError for another kind of status.
export function parseEntry(value) {
  if (!strings(value.type).includes(ENTRY)) throw new FormatError(`the kind of status '${words(value.type).slice(0, 60)}' is not known here`);
  const { statusPurpose: purpose, statusListIndex: index, statusListCredential: url } = value;
  if (typeof purpose !== "string" || !purpose || typeof url !== "string" || !url) {
    throw new FormatError("a status entry lacks its statusPurpose or its statusListCredential");
  }
  if (value.id === url) throw new FormatError("a status entry has the id of its list");
  if (typeof index !== "string" || !INDEX.test(index)) throw new FormatError("statusListIndex is not a whole number in a string");
  const size = "statusSize" in value ? value.statusSize : 1;
  if (("statusSize" in value && !isInteger(value, "statusSize")) || size < 1 || size > MAX_STATUS_BITS) {
    throw new FormatError(`statusSize is not a whole number from 1 to ${MAX_STATUS_BITS}`);
  }
  if (size > 1 || "statusMessage" in value) requireMessages(value.statusMessage, size);
  return { purpose, index: BigInt(index), url, size };
}

// A message for each value that so many bits can have (2.1).
function requireMessages(value, size) {
  const count = 2 ** size;
  if (!Array.isArray(value) || value.length !== count) {
    throw new FormatError(`a status of ${size} bits has not ${count} messages in its statusMessage`);
  }
  const good = value.every((each) => isObject(each) && typeof each.message === "string" && typeof each.status === "string" && STATUS.test(each.status));
  if (!good) throw new FormatError("a statusMessage has not a status like 0x0 and a message");
}

// A list as its issuer signed it: {credential, purposes, encoded, ttl in microseconds}; throws FormatError. Who has signed it is another matter.
export function parseList(data) {
  const value = parse(data, { maxBytes: MAX_LIST_BYTES });
  if (!isObject(value)) throw new FormatError("the status list is not a JSON object");
  const credential = Credential.of(value, MAX_LIST_BYTES);
  const subject = credential.document.credentialSubject;
  if (!strings(value.type).includes(LIST_CREDENTIAL) || !isObject(subject) || !strings(subject.type).includes(LIST)) {
    throw new FormatError(`this is not a ${LIST_CREDENTIAL}`);
  }
  const ttl = "ttl" in subject ? subject.ttl : DEFAULT_TTL;
  if (typeof subject.encodedList !== "string" || ("ttl" in subject && !isInteger(subject, "ttl")) || ttl < 0) {
    throw new FormatError("the status list lacks its encodedList, or has a ttl that is no number of milliseconds");
  }
  void [credential.validFrom, credential.validUntil]; // read once here, where a wrong one is an answer
  return { credential, purposes: strings(subject.statusPurpose), encoded: subject.encodedList, ttl: BigInt(ttl) * 1000n };
}

// The status at an entry, from the bits of a list; throws FormatError when the list does not speak about it.
export function valueOf(list, entry, bits) {
  if (!list.purposes.includes(entry.purpose)) throw new FormatError(`the status list is not one for ${entry.purpose.slice(0, 60)}`);
  if (Math.floor((bits.length * 8) / entry.size) < bitstring.MIN_ENTRIES) {
    throw new FormatError(`the status list has fewer than ${bitstring.MIN_ENTRIES.toLocaleString("en-US")} entries`);
  }
  return bitstring.entry(bits, entry.index, entry.size);
}

// The members of a credential's `credentialStatus`, of whatever kind.
export function entries(document) {
  const status = "credentialStatus" in document ? document.credentialStatus : [];
  return (Array.isArray(status) ? status : [status]).filter(isObject);
}

const strings = (value) => (Array.isArray(value) ? value : [value]).filter((word) => typeof word === "string");
