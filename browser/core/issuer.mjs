// Check 5: the issuer id speaks for `credential.issuer` (DESIGN.md section 4).
//
// The trust list decides alone about whom it names. Of anybody else an accreditor of the trust list may vouch for it; short of that it is
// unknown, never failed. DID documents are not fetched here.

import { accountName } from "./account.mjs";
import { NOT_ANCHORED } from "./anchor_check.mjs";
import { MAX_QUOTED } from "./checks.mjs";
import { formatTime } from "./moments.mjs";
import { ISSUER, failed, passed, unknown } from "./report.mjs";

const MAX_VOUCHING = 3; // accreditations that a reason tells about

// By the trust list, else by an accreditation; else unknown.
export function checkIssuer(credential, proof, trust) {
  if (proof === null) return unknown(ISSUER, NOT_ANCHORED);
  const did = credential.issuer;
  const { chainId, registry, issuerId } = proof.anchoring;
  const account = accountName(chainId, registry, issuerId);
  const entry = trust.issuers.get(did);
  if (entry !== undefined) return byList(entry, account);
  const problems = [];
  for (const accreditation of trust.accreditations.filter((each) => each.did === did)) {
    const problem = accreditationProblem(accreditation, account);
    if (!problem) return passed(ISSUER, vouching(accreditation));
    problems.push(problem);
  }
  const first = `${did.slice(0, MAX_QUOTED)} is not on the trust list: a trust file that names it would decide`;
  return unknown(ISSUER, [first, ...[...new Set(problems)].slice(0, MAX_VOUCHING)].join("; "));
}

function byList(entry, account) {
  if (!entry.accounts.has(account)) {
    return failed(ISSUER, `the trust list has ${entry.did} anchor with another issuer id, registry or chain`);
  }
  return passed(ISSUER, `the trust list names ${entry.name} (${entry.did}), as of ${formatTime(entry.date)}`);
}

function accreditationProblem({ name, accounts, problem }, account) {
  if (problem) return `its accreditation by ${name} does not count: ${problem}`;
  return accounts.has(account) ? "" : `${name} vouches for it with another issuer id, registry or chain`;
}

// Names every link, from the trust list to the issuer.
function vouching({ name, did, through, note }) {
  const whom = [...through, did].map((each) => each.slice(0, MAX_QUOTED)).join(", which vouches for ");
  return `${name}, an accreditor on the trust list, vouches for ${whom}${note ? `; ${note}` : ""}`;
}
