// judge(examined, facts, trust, at) -> report: the whole of verification, from values alone (DESIGN.md section 4).

import { chainName } from "./account.mjs";
import { checkAnchor, checkHolder, checkIntegrity, checkIssuer, checkRevocation, checkValidity } from "./checks.mjs";
import { checkSignature } from "./issuer_signature.mjs";
import { formatTime, ofSeconds } from "./moments.mjs";
import { FAILED, INVALID, ORDER, PASSED, UNDECIDED, UNKNOWN, reportOf, skipped, verdictOf } from "./report.mjs";
import { findings } from "./status.mjs";

// Answers every check about what was examined, as of `at`, from what the chain said (null: nothing) and whom the verifier trusts.
export async function judge(examined, facts, trust, { at, lists = new Map() }) {
  const { shown, form, proof } = examined;
  const { credential } = shown;
  const report = (checks) => reportOf(at, checks, headline(credential, checks, facts, trust), factsDocument(facts));
  if (form.outcome === FAILED) return report([form, ...skippedAfter(form)]);
  const integrity = await checkIntegrity(examined);
  if (integrity.outcome === FAILED) return report([form, integrity, ...skippedAfter(integrity)]);
  const anchor = checkAnchor(proof, facts, trust);
  return report([
    form,
    integrity,
    anchor,
    checkRevocation(proof, facts, await findings(credential, lists, trust, at)),
    checkIssuer(credential, proof, trust),
    await checkSignature(credential, trust, { at, existed: existed(anchor, facts) }),
    checkValidity(credential, at),
    await checkHolder(shown, trust, at),
  ]);
}

// Since when the credential is known to have been there: the time of an anchor that counts.
const existed = (anchor, facts) => (anchor.outcome === PASSED ? ofSeconds(facts.finalized.anchor.time) : null);

const skippedAfter = (last) => ORDER.slice(ORDER.indexOf(last.id) + 1).map((id) => skipped(id, `not run, since ${last.id} failed`));

// What was established, or the first reason why not; the issuer by the trust list's name, never the credential's word.
function headline(credential, checks, facts, trust) {
  const verdict = verdictOf(checks);
  const first = (outcome) => checks.find((check) => check.outcome === outcome).reason;
  if (verdict === INVALID) return first(FAILED);
  if (verdict === UNDECIDED) return first(UNKNOWN);
  const name = trust.issuers.get(credential.issuer)?.name ?? credential.issuer;
  const { block } = facts.latest;
  return `Issued by ${name}, unaltered, not revoked as of block ${block.number} at ${formatTime(block.time)}`;
}

function factsDocument(facts) {
  if (facts === null) return {};
  const { ref, index, readAt, trouble, sources, finalized, latest } = facts;
  return {
    chain: chainName(ref.chainId),
    registry: ref.registry,
    issuerId: ref.issuerId,
    root: ref.root,
    index,
    ...(readAt === null ? {} : { readAt: formatTime(readAt) }),
    ...(trouble ? { trouble } : {}),
    sources: [...sources],
    ...(finalized ? { finalized: viewDocument(finalized) } : {}),
    ...(latest ? { latest: viewDocument(latest) } : {}),
  };
}

function viewDocument({ block, revoked, profile, anchor }) {
  return {
    block: { number: block.number, hash: block.hash, time: formatTime(block.time) },
    revoked,
    profile,
    anchor: anchor && {
      key: anchor.key,
      time: anchor.time,
      size: anchor.size,
      batchRevoked: anchor.revoked,
      reason: anchor.reason,
      compromisedFrom: anchor.compromisedFrom,
    },
  };
}
