// Check 4: neither the credential's bit nor its batch is revoked, on the chain alone; nor is it suspended, as its status list says.
//
// A bit that is set decides for every moment, but for one in the past when final events, read by the quorum, show that it was set later
// (DESIGN.md section 4).

import { NOT_ANCHORED, areAbout, factsProblem } from "./anchor_check.mjs";
import { formatTime, isPast } from "./moments.mjs";
import { REVOCATION, UNKNOWN, failed, few, passed, unknown } from "./report.mjs";
import { CLEAR, REVOCATION as REVOCATION_LIST, SET } from "./status.mjs";

// Judges what the chain says is revoked, and what status lists say beside it. An `exact` moment is the time of a block, which is compared as it is;
// one by a clock is in the past only if it is so by more than clocks differ.
export function checkRevocation(proof, facts, statuses, at, { exact = false } = {}) {
  if (proof === null) return unknown(REVOCATION, NOT_ANCHORED + said(statuses));
  const view = areAbout(facts, proof.anchoring) ? revokedView(facts) : undefined;
  const later = view !== undefined && revokedLater(facts, at, { exact });
  if (view !== undefined && !later) {
    return failed(REVOCATION, `${what(view)} was revoked by the issuer, as of block ${view.block.number}${when(facts, at, exact)}`);
  }
  const reasons = (standing) => statuses.filter((each) => each.counts && each.standing === standing).map((each) => each.reason);
  if (reasons(SET).length) return failed(REVOCATION, few(reasons(SET)));
  const problem = factsProblem(proof, facts);
  if (problem) return unknown(REVOCATION, problem);
  if (facts.latest.anchor === null) return unknown(REVOCATION, "nothing is anchored that could be revoked");
  if (reasons(UNKNOWN).length) return unknown(REVOCATION, few(reasons(UNKNOWN)));
  return passed(REVOCATION, fine(facts, at, later) + said(statuses));
}

// Whether the judgement as of `at` depends on when the leaf was revoked.
export const asksWhen = (facts, at, { exact = false } = {}) =>
  (exact || isPast(at, facts.readAt)) && facts.latest !== null && isRevoked(facts.latest);

// Whether all that is revoked was, by final events, revoked after a moment in the past.
export function revokedLater(facts, at, { exact = false } = {}) {
  const { finalized, latest, revokedAt } = facts;
  if (!finalized || !latest || revokedAt === null || !asksWhen(facts, at, { exact })) return false;
  // Of what is revoked at `latest` alone no final event can tell.
  return sameRevocations(finalized, latest) && revokedAt <= finalized.block.time && revokedAt > at;
}

export const isBatchRevoked = (view) => view.anchor !== null && view.anchor.revoked;

export const isRevoked = (view) => view.revoked || isBatchRevoked(view);

export const sameRevocations = (one, other) => one.revoked === other.revoked && isBatchRevoked(one) === isBatchRevoked(other);

// A view in which the leaf or its batch is revoked. Sticky: what was ever seen set decides, however old the node's answer is.
const revokedView = (facts) => [facts.latest, facts.finalized].find((view) => view && isRevoked(view));

const what = (view) => (view.revoked ? "the credential" : "the whole batch");

// What is known of when something was revoked, of a moment in the past.
function when(facts, at, exact) {
  if (!asksWhen(facts, at, { exact })) return "";
  if (facts.history) return `; that this was after ${formatTime(at)} is not known: ${facts.history}`;
  if (facts.revokedAt !== null) return `, at ${formatTime(facts.revokedAt)}`;
  return `; no final event shows that this was after ${formatTime(at)}`;
}

function fine(facts, at, later) {
  if (!later) return `not revoked as of block ${facts.latest.block.number}`;
  // No proof of storage reaches events: however the rest was read, this is the word of the nodes.
  const by = facts.sources.length > 1 ? "the nodes that answered say alike" : "the one node that was asked says";
  return `not revoked at ${formatTime(at)}; ${what(facts.latest)} was revoked later, at ${formatTime(facts.revokedAt)}, as ${by}`;
}

// What status lists say, as it is told beside the chain's answer.
function said(statuses) {
  const decides = ({ purpose, standing }) => (purpose === REVOCATION_LIST && standing !== CLEAR ? ", and the chain decides" : "");
  return statuses.length ? `; ${few(statuses.map((each) => each.reason + decides(each)))}` : "";
}
