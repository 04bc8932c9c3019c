// What status lists say of a credential: set, clear, or not known and why (Bitstring Status List 1.0, 3.2).
//
// Lists come as files here, from whenever: nothing is fetched.

import { FormatError } from "../errors.mjs";
import * as bitstring from "./bitstring.mjs";
import { isObject, words } from "./canonical.mjs";
import { checkSignature } from "./issuer_signature.mjs";
import { formatSpan, formatTime } from "./moments.mjs";
import { problems } from "./openbadge/model.mjs";
import { PASSED, SKIPPED, UNKNOWN } from "./report.mjs";
import { entries, parseEntry, parseList, valueOf } from "./status_list.mjs";

export const REVOCATION = "revocation";
export const [SET, CLEAR] = ["set", "clear"];
const SUSPENSION = "suspension";
const MAX_QUOTED = 40; // characters that a reason takes from a credential
const MAX_ENTRIES = 16; // of one credential
const MAX_LISTS = 4; // that one credential can make us check and inflate
const MAX_LIST_PROOFS = 4; // of one list, which is longer than a credential may be
const NO_PURPOSE = "an unknown purpose";
// Of what is only said beside the credential, and does not take it back: a newer one is there, or some message.
const NEWS = ["refresh", "message"];

// Status lists that came as files, by the URLs that they say they are at; throws FormatError for what is no status list.
export function readLists(files) {
  const found = new Map();
  for (const data of files) {
    const list = parseList(data);
    const url = list.credential.id;
    if (url === null) throw new FormatError("a status list does not say at which URL it is");
    if (found.has(url) && !same(found.get(url).data, data)) throw new FormatError(`two status lists say that they are the one at ${url}`);
    found.set(url, { list, data });
  }
  return found;
}

const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

// What lists, by their URLs, say about every status entry of a credential as of `at`, a moment that may be in the past: of each
// {purpose, standing, reason, counts}.
export async function findings(credential, lists, trust, { at, past = false }) {
  const values = entries(credential.document);
  if (values.length > MAX_ENTRIES) return [finding(NO_PURPOSE, UNKNOWN, `the credential has more than ${MAX_ENTRIES} status entries`)];
  const opened = new Map(); // many entries may name one list
  const found = [];
  for (const value of values) found.push(await judge(value, (url) => listed(url, opened, { credential, lists, trust, at, past })));
  return found;
}

// Only what counts decides: the chain alone says what is revoked (DESIGN.md section 4), and news are no verdict.
const finding = (purpose, standing, reason) => ({ purpose, standing, reason, counts: purpose !== REVOCATION && !NEWS.includes(purpose) });

async function judge(value, listOf) {
  const purpose = [...words("statusPurpose" in value ? value.statusPurpose : NO_PURPOSE)].slice(0, MAX_QUOTED).join("");
  const name = `its status list for ${purpose}`;
  let entry;
  try {
    entry = parseEntry(value);
  } catch (error) {
    // What is of another kind is no news, whatever it calls itself.
    return finding(purpose === REVOCATION ? purpose : NO_PURPOSE, UNKNOWN, `${name} decides nothing: ${reasonOf(error)}`);
  }
  try {
    const { list, bits } = await listOf(entry.url);
    const number = valueOf(list, entry, bits);
    const since = list.credential.validFrom;
    const dated = name + (since === null ? "" : ` of ${formatTime(since)}`);
    return number ? finding(purpose, SET, said(purpose, dated, number, value)) : finding(purpose, CLEAR, `${dated} does not name it`);
  } catch (error) {
    return finding(purpose, UNKNOWN, `${name} decides nothing: ${reasonOf(error)}`);
  }
}

function said(purpose, dated, number, value) {
  if (purpose === SUSPENSION) return `the credential is suspended by the issuer: ${dated} names it`;
  const messages = Array.isArray(value.statusMessage) ? value.statusMessage : [];
  const told = messages.find((each) => isObject(each) && each.status === `0x${number.toString(16)}`);
  if (told) return `${dated} says '${words(told.message).slice(0, MAX_QUOTED)}'`;
  return number === 1 ? `${dated} names it` : `${dated} has 0x${number.toString(16)} for it`;
}

// A list that counts, with its bits; throws FormatError with the reason why one does not. It is inflated last, when it is known whose it is.
async function listed(url, opened, setting) {
  if (!opened.has(url)) opened.set(url, opened.size < MAX_LISTS ? open(url, setting) : Promise.reject(new FormatError("it is one of too many")));
  return opened.get(url);
}

async function open(url, { credential, lists, trust, at, past }) {
  if (!lists.has(url)) throw new FormatError("it was not read");
  const { list } = lists.get(url);
  const wrong = problems(list.credential.document);
  if (wrong.length) throw new FormatError(`it is no credential as it should be: ${wrong[0]}`);
  if (list.credential.id !== url) throw new FormatError("it is another one than the credential names");
  await requireIssuer(list, credential, trust, at);
  requireFresh(list, at);
  if (past) requireThen(list, at);
  return { list, bits: await bitstring.decode(list.encoded) };
}

// Of a file only its issuer says where it is from: that has to be the credential's, and to have signed it.
async function requireIssuer(list, credential, trust, at) {
  if (list.credential.issuer !== credential.issuer) throw new FormatError("it is by another issuer than the credential's");
  if (list.credential.proofs.length > MAX_LIST_PROOFS) throw new FormatError(`it has more than ${MAX_LIST_PROOFS} proofs`);
  const signature = await checkSignature(list.credential, trust, { at });
  if (signature.outcome === SKIPPED) throw new FormatError("it is not signed");
  if (signature.outcome !== PASSED) throw new FormatError(signature.reason);
}

// Where a list does not say until when it holds, its `ttl` counts from its beginning: nobody knows when a file was fetched.
function requireFresh({ credential, ttl }, at) {
  const { validFrom: start, validUntil: end } = credential;
  if (start !== null && at < start) throw new FormatError(`it is not valid before ${formatTime(start)}`);
  if (end !== null && at >= end) throw new FormatError(`it is stale, it was valid until ${formatTime(end)}`);
  if (end === null && start === null) throw new FormatError("it says neither since when nor until when it holds");
  if (end === null && at - start > ttl) throw new FormatError(`it is stale, it was to be fetched again after ${formatSpan(ttl)}`);
}

// A list whose own dates reach over a moment in the past: what one says now, it need not have said then.
function requireThen({ credential, ttl }, at) {
  const { validFrom: start, validUntil: end } = credential;
  if (start === null || (end === null && at - start > ttl)) throw new FormatError(`it does not say that it holds at ${formatTime(at)}`);
}

function reasonOf(error) {
  if (error instanceof FormatError) return error.message;
  throw error;
}
