// Check 3: an accepted registry holds the root for the issuer, with this size, by a good key, at `finalized` (DESIGN.md section 4).

import { chainName } from "./account.mjs";
import { SECOND, formatTime, isPast, ofSeconds } from "./moments.mjs";
import { ANCHOR, FAILED, PASSED, UNKNOWN, answer, failed, unknown } from "./report.mjs";

const MAX_STALENESS = 3600n * SECOND; // a node whose latest block is older has stopped, or follows a chain that has
const LAST_SECOND = 253_402_300_799; // the end of the year 9999: a node may say anything
export const NOT_ANCHORED = "the credential carries no anchor proof: it is not anchored";

// Judges the anchor; one that is younger than a moment in the past shows nothing of that moment.
export function checkAnchor(proof, facts, trust, at) {
  if (proof === null) return unknown(ANCHOR, NOT_ANCHORED);
  const { chainId, registry } = proof.anchoring;
  if (!trust.acceptsRegistry(chainId, registry)) {
    return failed(ANCHOR, `${registry} is neither the canonical registry nor one that the trust file names`);
  }
  const problem = factsProblem(proof, facts);
  if (problem) return unknown(ANCHOR, problem);
  const [outcome, reason] = judge(facts.finalized, facts.latest, proof.anchoring);
  const { anchor } = facts.finalized;
  if (outcome === PASSED && isPast(at, facts.readAt) && momentOf(anchor.time) > at) {
    // As a pending anchor: it shows that the credential is there from then on, and says neither yes nor no to what was before.
    const told = `nothing shows that it was there before ${said(anchor.time)}`;
    return unknown(ANCHOR, `not anchored yet at ${formatTime(at)}: ${told}`);
  }
  return answer(ANCHOR, outcome, reason);
}

// Since when the credential is known to have been there: the time of an anchor that counts, else null.
export const existed = (check, facts) => (check.outcome === PASSED ? momentOf(facts.finalized.anchor.time) : null);

// Whether facts are about just this leaf: another issuer may have anchored the same root.
export function areAbout(facts, { chainId, registry, issuerId, root, index }) {
  if (facts === null) return false;
  const { ref } = facts;
  return ref.chainId === chainId && ref.registry === registry && ref.issuerId === issuerId && ref.root === root && facts.index === index;
}

// "" when there are fresh facts about just this leaf, else why they decide nothing.
export function factsProblem({ anchoring }, facts) {
  if (!areAbout(facts, anchoring)) return `nothing was read from chain ${chainName(anchoring.chainId)}`;
  if (facts.trouble || !facts.finalized || !facts.latest || facts.readAt === null) return facts.trouble || "the chain was not read";
  const newest = facts.latest.block.time;
  return newest < facts.readAt - MAX_STALENESS ? `the node is stale: its latest block is of ${formatTime(newest)}` : "";
}

function judge(finalized, latest, { chainId, issuerId, size }) {
  const [newest, final] = [latest.anchor, finalized.anchor];
  if (newest === null && final === null) return [FAILED, `the registry holds no such root for issuer ${issuerId}`];
  if (newest === null || (final !== null && ofSeconds(final.time) > finalized.block.time)) {
    return [UNKNOWN, "the node contradicts itself: what it says of the finalized block cannot be"];
  }
  const bad = anchorProblem(newest, size);
  if (bad) return [FAILED, bad];
  // A void anchor may be made again: until that is final, the finalized block still has the void one.
  if (final === null || anchorProblem(final, size)) {
    return [UNKNOWN, "the anchor is pending: it is in a recent block that is not final yet"];
  }
  const since = newest.compromisedFrom;
  const stands = since ? `; its key was declared compromised from ${said(since)}, and this anchor is older and stands` : "";
  return [PASSED, `anchored on ${chainName(chainId)} at ${said(final.time)}, final at block ${finalized.block.number}${stands}`];
}

function anchorProblem({ time, size, compromisedFrom }, expected) {
  // An anchor is good if and only if it was made, and not by a key compromised at that time (DESIGN.md section 3).
  if (time === 0 || (compromisedFrom !== 0 && compromisedFrom <= time)) {
    return `the anchor is void: it was made at ${said(time)} with a key that was declared compromised from ${said(compromisedFrom)}`;
  }
  if (size !== expected) return `the registry holds this root with the size ${size}, the proof says ${expected}`;
  return size ? "" : "a root that was anchored without a size proves nothing in this suite";
}

const momentOf = (seconds) => ofSeconds(Math.min(seconds, LAST_SECOND));

const said = (seconds) => formatTime(momentOf(seconds));
