// The answer to "is this credential good?": every check once, in order, and the verdict that follows (docs/report.schema.json).

import { formatTime } from "./moments.mjs";

export const [FORMAT, INTEGRITY, ANCHOR, REVOCATION] = ["format", "integrity", "anchor", "revocation"];
export const [ISSUER, SIGNATURE, VALIDITY, HOLDER] = ["issuer", "signature", "validity", "holder"];
export const ORDER = [FORMAT, INTEGRITY, ANCHOR, REVOCATION, ISSUER, SIGNATURE, VALIDITY, HOLDER];
export const [PASSED, FAILED, UNKNOWN, SKIPPED] = ["passed", "failed", "unknown", "skipped"];
export const [VALID, INVALID, UNDECIDED] = ["valid", "invalid", "undecided"];
const VERSION = 1;
const OPTIONAL = [SIGNATURE, HOLDER]; // may be skipped, when there is none to check
const MAX_NAMED = 5; // reasons that one reason names

export const answer = (id, outcome, reason) => ({ id, outcome, reason });
export const passed = (id, reason) => answer(id, PASSED, reason);
export const failed = (id, reason) => answer(id, FAILED, reason);
export const unknown = (id, reason) => answer(id, UNKNOWN, reason);
export const skipped = (id, reason) => answer(id, SKIPPED, reason);

// Any failed: invalid; else any unknown: undecided; else valid. Outcomes that no check has are a fault, and never valid.
export function verdictOf(checks) {
  const outcomes = new Set(checks.map((check) => check.outcome));
  if (![...outcomes].every((outcome) => [PASSED, FAILED, UNKNOWN, SKIPPED].includes(outcome))) throw new Error("a check has no outcome");
  if (outcomes.has(FAILED)) return INVALID;
  return outcomes.has(UNKNOWN) ? UNDECIDED : VALID;
}

// A report as JSON; throws when it lacks an answer, or lets a check that did not run pass for a good one.
export function reportOf(at, checks, headline, facts) {
  if (checks.map((check) => check.id).join() !== ORDER.join()) throw new Error("a report answers every check once, in order");
  const verdict = verdictOf(checks);
  const left = checks.filter((check) => check.outcome === SKIPPED && !OPTIONAL.includes(check.id));
  if (left.length && verdict !== INVALID) throw new Error("only a check that failed lets the checks after it be skipped");
  return { version: VERSION, verdict, headline, at: formatTime(at), checks, facts };
}

// Different reasons as one, as many as people read.
export function few(reasons) {
  const different = [...new Set(reasons)];
  const more = different.length > MAX_NAMED ? ` (and ${different.length - MAX_NAMED} more)` : "";
  return different.slice(0, MAX_NAMED).join("; ") + more;
}
