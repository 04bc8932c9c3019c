// judge(examined, facts, trust, at) -> report: the whole of verification, from values alone (DESIGN.md section 4).

import { accountName, chainName } from "./account.mjs";
import { checkAnchor, existed } from "./anchor_check.mjs";
import { checkHolder, checkIntegrity, checkValidity } from "./checks.mjs";
import { checkIssuer } from "./issuer.mjs";
import { checkSignature } from "./issuer_signature.mjs";
import { formatTime, isPast } from "./moments.mjs";
import { FAILED, INVALID, ORDER, UNDECIDED, UNKNOWN, reportOf, skipped, verdictOf } from "./report.mjs";
import { checkRevocation, revokedLater } from "./revocation_check.mjs";
import { findings } from "./status.mjs";

// Answers every check about what was examined, as of `at`, from what the chain said (null: nothing) and whom the verifier trusts.
export async function judge(examined, facts, trust, { at, lists = new Map() }) {
  const { shown, form, proof } = examined;
  const { credential } = shown;
  const report = (checks) => reportOf(at, checks, dated(headline(credential, checks, facts, trust), facts, at), factsDocument(facts));
  if (form.outcome === FAILED) return report([form, ...skippedAfter(form)]);
  const integrity = await checkIntegrity(examined);
  if (integrity.outcome === FAILED) return report([form, integrity, ...skippedAfter(integrity)]);
  const anchor = checkAnchor(proof, facts, trust, at);
  const past = facts !== null && isPast(at, facts.readAt);
  const signing = proof === null ? trust : trust.about(accountOf(proof));
  return report([
    form,
    integrity,
    anchor,
    checkRevocation(proof, facts, await findings(credential, lists, signing, { at, past }), at),
    checkIssuer(credential, proof, trust),
    await checkSignature(credential, signing, { at, existed: existed(anchor, facts) }),
    checkValidity(credential, at),
    await checkHolder(shown, trust, at),
  ]);
}

const accountOf = ({ anchoring: { chainId, registry, issuerId } }) => accountName(chainId, registry, issuerId);

const skippedAfter = (last) => ORDER.slice(ORDER.indexOf(last.id) + 1).map((id) => skipped(id, `not run, since ${last.id} failed`));

// A headline with the moment that it is of, if that is in the past.
function dated(words, facts, at) {
  if (facts === null || !isPast(at, facts.readAt)) return words;
  const since = revokedLater(facts, at) ? `; revoked since, at ${formatTime(facts.revokedAt)}` : "";
  return `As of ${formatTime(at)}: ${words}${since}`;
}

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
  const { ref, index, readAt, trouble, sources, by, finalized, latest, revokedAt } = facts;
  return {
    chain: chainName(ref.chainId),
    registry: ref.registry,
    issuerId: ref.issuerId,
    root: ref.root,
    index,
    ...(readAt === null ? {} : { readAt: formatTime(readAt) }),
    ...(trouble ? { trouble } : {}),
    ...(revokedAt === null ? {} : { revokedAt: formatTime(revokedAt) }),
    sources: [...sources],
    ...(by === null ? {} : { by }),
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
