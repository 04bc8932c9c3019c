// Does a document follow the data model? W3C VC 2.0 for every credential, Open Badges 3.0 for badges and endorsements; VC 1.1 for older ones.

import { isObject } from "../canonical.mjs";
import { isAtomic } from "../claims.mjs";
import { Credential } from "../credential.mjs";
import { ACHIEVEMENT_CREDENTIALS, ACHIEVEMENT_SUBJECT, AchievementCredential } from "./achievement.mjs";
import { LegacyBadge, LegacyCredential } from "./legacy.mjs";
import { ENDORSEMENT_CREDENTIAL, EndorsementCredential } from "./profile.mjs";
import { PresentationFrame, VerifiableCredential } from "./vc.mjs";

const MAX_PROBLEMS = 100; // more than anybody corrects at a time
const SUBJECT = "credentialSubject";

// One line for each place where a credential without its proofs breaks the data model: its JSON pointer and the fix.
//
// A partial credential may lack what its holder can have hidden: `credentialSubject`, and members below it that are claims of their own.
export function problems(document, { partial = false } = {}) {
  const found = modelOf(document)(document, []).filter((each) => !(partial && each.missing && isHideable(document, each.path)));
  return lines(document, found);
}

// The same for a presentation of VC 2.0, whatever it holds.
export const frameProblems = (document) => lines(document, PresentationFrame(document, []));

const lines = (document, found) =>
  found.slice(0, MAX_PROBLEMS).map((each) => `${pointer(document, each.path) || "the document"}: ${each.fix}`);

function modelOf(document) {
  const types = typesOf(document);
  const legacy = new Credential(document, []).isLegacy;
  // A badge stays a badge under another name: the subject's type tells, too.
  if (types.some((name) => ACHIEVEMENT_CREDENTIALS.includes(name)) || typesOf(document[SUBJECT]).includes(ACHIEVEMENT_SUBJECT)) {
    return legacy ? LegacyBadge : AchievementCredential;
  }
  if (legacy) return LegacyCredential;
  return types.includes(ENDORSEMENT_CREDENTIAL) ? EndorsementCredential : VerifiableCredential;
}

function typesOf(value) {
  const types = isObject(value) ? value.type : null;
  return (Array.isArray(types) ? types : [types]).filter((name) => typeof name === "string");
}

const pointer = (document, path) => steps(document, path).map(([step]) => `/${step}`).join("");

// Whether what is missing at a path may have been a claim: each object above it is opened into claims.
function isHideable(document, path) {
  const above = steps(document, path).slice(0, -1);
  return path[0] === SUBJECT && !above.some(([, value]) => isAtomic(value));
}

// Follows a path through the document; a model may have seen an array or an object where a bare value stands.
function steps(document, path) {
  const found = [];
  let value = document;
  for (const step of path) {
    if (typeof step === "number" ? Array.isArray(value) : isObject(value)) {
      value = value[step];
      found.push([step, value]);
    }
  }
  return found;
}
