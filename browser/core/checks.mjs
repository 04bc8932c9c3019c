// The checks of the document itself, its issuer, its period and its holder, one function each (DESIGN.md section 4).

import { FormatError, Undecidable } from "../errors.mjs";
import { accountName } from "./account.mjs";
import { NOT_ANCHORED } from "./anchor_check.mjs";
import { split } from "./claims.mjs";
import { formatTime } from "./moments.mjs";
import { problems } from "./openbadge/model.mjs";
import { holderProblem } from "./presentation.mjs";
import { anchorProof, isPartial, rootProblem } from "./proof.mjs";
import { FORMAT, HOLDER, INTEGRITY, ISSUER, VALIDITY, failed, few, passed, skipped, unknown } from "./report.mjs";

const MAX_QUOTED = 300; // characters that a reason takes from a credential: it is read by people

// Check 1: the limits, the data model, and that the proof decodes to one canonical value. Returns {shown, form, claims, proof}.
export function examine(shown) {
  const found = { shown, form: null, claims: [], proof: null };
  if (shown.problem) return { ...found, form: failed(FORMAT, shown.problem) };
  const { credential } = shown;
  try {
    found.proof = anchorProof(credential);
    found.claims = split(credential.document);
    void [credential.validFrom, credential.validUntil]; // read once here, where a wrong one is an answer
  } catch (error) {
    if (error instanceof FormatError) return { ...found, form: failed(FORMAT, error.message) };
    throw error;
  }
  const partial = isPartial(found.proof);
  const wrong = problems(credential.document, { partial });
  if (wrong.length) return { ...found, form: failed(FORMAT, few(wrong.map((each) => each.slice(0, MAX_QUOTED)))) };
  return { ...found, form: passed(FORMAT, `a ${partial ? "partial" : "complete"} credential, well formed`) };
}

// Check 2: claims -> claims root -> leaf -> path = the root in the proof.
export async function checkIntegrity({ proof, claims }) {
  if (proof === null) return unknown(INTEGRITY, NOT_ANCHORED);
  const problem = await rootProblem(proof, claims);
  return problem ? failed(INTEGRITY, problem) : passed(INTEGRITY, "what is shown leads to the batch root in the proof");
}

// Check 5: the issuer id speaks for `credential.issuer`. The trust list, where it has an entry, decides alone.
export function checkIssuer(credential, proof, trust) {
  if (proof === null) return unknown(ISSUER, NOT_ANCHORED);
  const entry = trust.issuers.get(credential.issuer);
  if (entry === undefined) {
    const named = credential.issuer.slice(0, MAX_QUOTED);
    return unknown(ISSUER, `${named} is not on the trust list: a trust file that names it would decide`);
  }
  const { chainId, registry, issuerId } = proof.anchoring;
  if (!entry.accounts.has(accountName(chainId, registry, issuerId))) {
    return failed(ISSUER, `the trust list has ${entry.did} anchor with another issuer id, registry or chain`);
  }
  return passed(ISSUER, `the trust list names ${entry.name} (${entry.did}), as of ${formatTime(entry.date)}`);
}

// Check 7: validFrom <= at < validUntil.
export function checkValidity(credential, at) {
  const { validFrom: start, validUntil: end } = credential;
  if (start !== null && at < start) return failed(VALIDITY, `not valid before ${formatTime(start)}`);
  if (end !== null && at >= end) return failed(VALIDITY, `expired at ${formatTime(end)}`);
  return passed(VALIDITY, end === null ? "no expiry set" : `valid until ${formatTime(end)}`);
}

// Check 8: the presentation is by the key of the credential's subject, for the demanded audience and challenge.
export async function checkHolder(shown, trust, at) {
  if (trust.demand === null) return skipped(HOLDER, "no holder signature was demanded");
  let problem;
  try {
    problem = await holderProblem(shown, trust.demand, at);
  } catch (error) {
    if (error instanceof Undecidable) return unknown(HOLDER, `the holder's signature cannot be checked: ${error.message}`);
    throw error;
  }
  return problem ? failed(HOLDER, problem) : passed(HOLDER, "signed by the credential's subject for this audience and challenge");
}
