// Check 6: the issuer's own Data Integrity signatures, when the credential carries any (DESIGN.md section 4).

import { FormatError, Undecidable } from "../errors.mjs";
import { words } from "./canonical.mjs";
import { DID_KEY, multikey, parseMultikey, publicOfDidKey } from "./keys.mjs";
import { formatTime, parseTime } from "./moments.mjs";
import { ANCHORS } from "./proof.mjs";
import { FAILED, PASSED, SIGNATURE, UNKNOWN, answer, skipped } from "./report.mjs";
import { SUITES, check, previousProofs } from "./signature.mjs";

const MAX_QUOTED = 60;
// The worst answer decides, but a known good signature outweighs suites that we do not know.
const DECISIVE = [FAILED, PASSED, UNKNOWN];

// Passes when one known suite verifies with a method of `credential.issuer` and none fails; unknown suites are named.
//
// `existed` is since when the credential is known to be there, by its anchor, null when that is not known.
export async function checkSignature(credential, trust, { at, existed = null }) {
  const signatures = credential.proofs.filter((proof) => !ANCHORS.includes(proof.cryptosuite));
  if (!signatures.length) return skipped(SIGNATURE, "the credential carries no issuer signature");
  const answers = await Promise.all(signatures.map((proof) => judge(credential, proof, { trust, at, existed })));
  const outcome = DECISIVE.find((each) => answers.some(([found]) => found === each));
  const named = answers.filter(([found]) => found === outcome);
  if (outcome === PASSED) named.push(...answers.filter(([found]) => found === UNKNOWN));
  return answer(SIGNATURE, outcome, named.map(([, reason]) => reason).join("; "));
}

async function judge(credential, proof, setting) {
  const suite = [...words("cryptosuite" in proof ? proof.cryptosuite : proof.type)].slice(0, MAX_QUOTED).join("");
  if (!SUITES.has(suite)) return [UNKNOWN, `the suite ${suite} is not known here`];
  const { verificationMethod: method, proofPurpose: purpose } = proof;
  if (typeof method !== "string" || typeof purpose !== "string") {
    return [FAILED, `a ${suite} signature does not say by what method and for what purpose it was made`]; // Data Integrity 1.0, 4.4
  }
  const known = publicOf(method, credential.issuer, setting.trust);
  const public_ = known ?? namedBy(method);
  if (public_ === null) return [UNKNOWN, `the key of a ${suite} signature is not known to be the issuer's`];
  let fits;
  try {
    fits = await check(credential.document, proof, public_, { previous: previousProofs(proof, credential.proofs) });
  } catch (error) {
    if (error instanceof Undecidable) return [UNKNOWN, `the issuer's ${suite} signature cannot be checked: ${error.message}`];
    if (error instanceof FormatError) return [FAILED, `the issuer's ${suite} signature does not hold: ${error.message}`];
    throw error;
  }
  if (!fits) return [FAILED, `the issuer's ${suite} signature does not fit the credential`];
  if (known === null) return [UNKNOWN, `a signature of ${suite} fits the key that it names, which is not known to be the issuer's`];
  return judgeFitting(credential, proof, suite, setting);
}

// Judges a signature that fits a key of the issuer: whether it was made for this, and counts still.
function judgeFitting(credential, proof, suite, { trust, at, existed }) {
  const problem = optionsProblem(proof, at);
  if (problem) return [FAILED, problem];
  const since = trust.keysOf(credential.issuer).revoked.get(proof.verificationMethod);
  if (since === undefined) return [PASSED, `the issuer's ${suite} signature fits`];
  const told = `the issuer's ${suite} signature fits a key that is compromised from ${formatTime(since)}`;
  if (existed === null) return [UNKNOWN, `${told}, and no anchor shows that the credential is older`];
  if (existed >= since) return [FAILED, `${told}, and the credential was anchored at ${formatTime(existed)}`];
  return [PASSED, `${told}; the credential is older, as its anchor shows`];
}

function optionsProblem(proof, at) {
  if (proof.proofPurpose !== "assertionMethod") return "the issuer's signature was made for another purpose than assertionMethod";
  try {
    if ("created" in proof) parseTime(words(proof.created));
    if ("expires" in proof && at >= parseTime(words(proof.expires))) return "the issuer's signature has expired";
  } catch (error) {
    if (error instanceof FormatError) return `the issuer's signature has a wrong time: ${error.message}`;
    throw error;
  }
  return "";
}

// The key that a method is named by, as those of did:key are: nobody but its owner has signed what fits it.
const namedBy = (method) => orNull(() => parseMultikey(method.slice(method.lastIndexOf("#") + 1)));

// The key of a method that belongs to the issuer: by its did:key, else by what is known of the issuer.
function publicOf(method, issuer, trust) {
  if (!issuer.startsWith(DID_KEY)) return trust.keysOf(issuer).methods.get(method) ?? null;
  const public_ = orNull(() => publicOfDidKey(issuer));
  return public_ && method === `${issuer}#${multikey(public_)}` ? public_ : null;
}

function orNull(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
