// Whether a chain of accreditations makes an issuer known for what was anchored at a moment (docs/accreditation.md).
//
// Each link must have stood whenever something below it was anchored: the endorsements that follow from it, and at last the credential. So what an
// issuer anchored while it was accredited counts on, and nothing that it, or an accreditor above it, anchors later; not even what says that it is older.

import { endorsed, nothing, said } from "./accreditation.mjs";
import { checkAnchor, existed } from "./anchor_check.mjs";
import { MAX_QUOTED, checkIntegrity } from "./checks.mjs";
import { checkIssuer } from "./issuer.mjs";
import { checkSignature } from "./issuer_signature.mjs";
import { formatTime, isPast } from "./moments.mjs";
import { FAILED, PASSED, SIGNATURE, SKIPPED, VALIDITY, failed, passed } from "./report.mjs";
import { checkRevocation, revokedLater } from "./revocation_check.mjs";
import { findings } from "./status.mjs";

// When something was anchored, as far as that counts; else `at`, as of which it is not.
export const sinceWhen = ({ proof }, facts, trust, at) => existed(checkAnchor(proof, facts, trust, at), facts) ?? at;

// The span, {first, last}, of each link of a chain, from when these, and last what they vouch for, were anchored.
export function spans(anchored) {
  return anchored.slice(0, -1).map((_, at) => {
    const below = anchored.slice(at + 1);
    return { first: below.reduce((one, other) => (one < other ? one : other)), last: below.reduce((one, other) => (one > other ? one : other)) };
  });
}

// What a chain of links, {examined, facts, span}, says of the issuer that its last one endorses, or why it does not count, as of `at`.
export async function vouched(links, trust, { at, lists }) {
  const top = trust.issuers.get(links[0].examined.shown.credential.issuer).name;
  let above = [];
  const notes = [];
  for (const link of links) {
    // The holder of the credential signs for it, not an issuer.
    const problem = await problemOf(link, trust.with({ demand: null, accreditations: above }), at, lists);
    const found = said(link.examined.shown.credential, top);
    if (problem || found.problem) {
      const where = links.length > 1 ? `the endorsement of ${quoted(didOf(link))} by ${quoted(link.examined.shown.credential.issuer)}: ` : "";
      return nothing(didOf(links.at(-1)), top, where + (problem || found.problem));
    }
    notes.push(...later(link));
    above = [found];
  }
  return { ...above[0], through: links.slice(0, -1).map(didOf), note: notes.join("; ") };
}

// Why a link does not count, "" when it does: the first check that failed, or else is unknown.
async function problemOf(link, trust, at, lists) {
  const checks = await checksOf(link, trust, at, lists);
  const short = checks.filter(({ id, outcome }) => outcome !== PASSED && !(outcome === SKIPPED && id === SIGNATURE));
  const worst = short.find(({ outcome }) => outcome === FAILED);
  return short.length ? (worst ?? short[0]).reason : "";
}

// The checks of a credential, but as of the link's span where it has a time, and without a holder.
async function checksOf({ examined, facts, span }, trust, at, lists) {
  if (examined.form.outcome === FAILED) return [examined.form];
  const { proof, shown } = examined;
  const { credential } = shown;
  const anchor = checkAnchor(proof, facts, trust, at);
  const past = facts !== null && isPast(at, facts.readAt);
  // A list says what is so now, and not since when: whoever is suspended vouches for nothing meanwhile.
  const statuses = await findings(credential, lists, trust, { at, past });
  return [
    await checkIntegrity(examined),
    anchor,
    checkRevocation(proof, facts, statuses, span.last, { exact: true }),
    checkIssuer(credential, proof, trust),
    await checkSignature(credential, trust, { at: span.last, existed: existed(anchor, facts) }),
    checkStood(credential, span),
  ];
}

function checkStood({ validFrom: start, validUntil: end }, { first, last }) {
  if (start !== null && first < start) {
    return failed(VALIDITY, `not valid before ${formatTime(start)}, and it was needed at ${formatTime(first)}`);
  }
  if (end !== null && last >= end) return failed(VALIDITY, `expired at ${formatTime(end)}, and it was needed at ${formatTime(last)}`);
  return passed(VALIDITY, "it stood");
}

// When a link was revoked that counts still.
function later(link) {
  const { facts, span } = link;
  if (facts === null || facts.revokedAt === null || !revokedLater(facts, span.last, { exact: true })) return [];
  return [`the accreditation of ${quoted(didOf(link))} was revoked at ${formatTime(facts.revokedAt)}, after this was anchored`];
}

const didOf = ({ examined }) => endorsed(examined.shown.credential);

const quoted = (did) => did.slice(0, MAX_QUOTED);
