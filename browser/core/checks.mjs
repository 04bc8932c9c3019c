// The checks but that of the signature, one function each, in the order of the report (DESIGN.md section 4).

import { FormatError, Undecidable } from "../errors.mjs";
import { accountName, chainName } from "./account.mjs";
import { split } from "./claims.mjs";
import { SECOND, formatTime, ofSeconds } from "./moments.mjs";
import { problems } from "./openbadge/model.mjs";
import { holderProblem } from "./presentation.mjs";
import { anchorProof, isPartial, rootProblem } from "./proof.mjs";
import { ANCHOR, FORMAT, HOLDER, INTEGRITY, ISSUER, REVOCATION, UNKNOWN, VALIDITY, failed, few, passed, skipped, unknown } from "./report.mjs";
import { CLEAR, REVOCATION as REVOCATION_LIST, SET } from "./status.mjs";

const MAX_STALENESS = 3600n * SECOND; // a node whose latest block is older has stopped, or follows a chain that has
const MAX_QUOTED = 300; // characters that a reason takes from a credential: it is read by people
const NOT_ANCHORED = "the credential carries no anchor proof: it is not anchored";

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

// Whether facts are about just this leaf: another issuer may have anchored the same root.
function areAbout(facts, { chainId, registry, issuerId, root, index }) {
  if (facts === null) return false;
  const { ref } = facts;
  return ref.chainId === chainId && ref.registry === registry && ref.issuerId === issuerId && ref.root === root && facts.index === index;
}

// "" when there are fresh facts about just this leaf, else why they decide nothing.
function factsProblem({ anchoring }, facts) {
  if (!areAbout(facts, anchoring)) return `nothing was read from chain ${chainName(anchoring.chainId)}`;
  if (facts.trouble || !facts.finalized || !facts.latest || facts.readAt === null) return facts.trouble || "the chain was not read";
  const newest = facts.latest.block.time;
  return newest < facts.readAt - MAX_STALENESS ? `the node is stale: its latest block is of ${formatTime(newest)}` : "";
}

// Check 3: an accepted registry holds the root for the issuer, with this size, by a good key, at `finalized`.
export function checkAnchor(proof, facts, trust) {
  if (proof === null) return unknown(ANCHOR, NOT_ANCHORED);
  const { chainId, registry, issuerId, size } = proof.anchoring;
  if (!trust.acceptsRegistry(chainId, registry)) {
    return failed(ANCHOR, `${registry} is neither the canonical registry nor one that the trust file names`);
  }
  const problem = factsProblem(proof, facts);
  if (problem) return unknown(ANCHOR, problem);
  const [latest, final] = [facts.latest.anchor, facts.finalized.anchor];
  if (latest === null && final === null) return failed(ANCHOR, `the registry holds no such root for issuer ${issuerId}`);
  if (latest === null || (final !== null && ofSeconds(final.time) > facts.finalized.block.time)) {
    return unknown(ANCHOR, "the node contradicts itself: what it says of the finalized block cannot be");
  }
  const bad = anchorProblem(latest, size);
  if (bad) return failed(ANCHOR, bad);
  // A void anchor may be made again: until that is final, the finalized block still has the void one.
  if (final === null || anchorProblem(final, size)) {
    return unknown(ANCHOR, "the anchor is pending: it is in a recent block that is not final yet");
  }
  const existed = formatTime(ofSeconds(final.time));
  return passed(ANCHOR, `anchored on ${chainName(chainId)} at ${existed}, final at block ${facts.finalized.block.number}`);
}

function anchorProblem(anchor, size) {
  // An anchor is good if and only if it was made, and not by a key compromised at that time (DESIGN.md section 3).
  const good = anchor.time !== 0 && (anchor.compromisedFrom === 0 || anchor.compromisedFrom > anchor.time);
  if (!good) return "the anchor is void: it was made with a key that was compromised by then";
  if (anchor.size !== size) return `the registry holds this root with the size ${anchor.size}, the proof says ${size}`;
  return anchor.size ? "" : "a root that was anchored without a size proves nothing in this suite";
}

// Check 4: neither the credential's bit nor its batch is revoked, on the chain alone; nor is it suspended, as its status list says.
export function checkRevocation(proof, facts, statuses) {
  if (proof === null) return unknown(REVOCATION, NOT_ANCHORED + said(statuses));
  for (const view of areAbout(facts, proof.anchoring) ? [facts.latest, facts.finalized] : []) {
    // Sticky: a bit that was ever seen set decides, however old the node's answer is.
    if (view && (view.revoked || view.anchor?.revoked)) {
      const what = view.revoked ? "the credential" : "the whole batch";
      return failed(REVOCATION, `${what} was revoked by the issuer, as of block ${view.block.number}`);
    }
  }
  const reasons = (standing) => statuses.filter((each) => each.counts && each.standing === standing).map((each) => each.reason);
  if (reasons(SET).length) return failed(REVOCATION, few(reasons(SET)));
  const problem = factsProblem(proof, facts);
  if (problem) return unknown(REVOCATION, problem);
  if (facts.latest.anchor === null) return unknown(REVOCATION, "nothing is anchored that could be revoked");
  if (reasons(UNKNOWN).length) return unknown(REVOCATION, few(reasons(UNKNOWN)));
  return passed(REVOCATION, `not revoked as of block ${facts.latest.block.number}${said(statuses)}`);
}

// What status lists say, as it is told beside the chain's answer.
function said(statuses) {
  const decides = ({ purpose, standing }) => (purpose === REVOCATION_LIST && standing !== CLEAR ? ", and the chain decides" : "");
  return statuses.length ? `; ${few(statuses.map((each) => each.reason + decides(each)))}` : "";
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
