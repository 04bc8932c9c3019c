// The W3C Verifiable Credentials Data Model 1.1, which older credentials follow: they are verified, and never issued.

import { CONTEXT_1_1 } from "../credential.mjs";
import { ACHIEVEMENT_CREDENTIALS, AchievementSubject } from "./achievement.mjs";
import { Evidence, issuer } from "./profile.mjs";
import { required, several, thing, time, timeNotBefore, typesWith, url } from "./values.mjs";
import { CREDENTIAL, NamedTyped, Proof, Typed, contextsAfter, namedOrUrl, subjects } from "./vc.mjs";

// Any credential (VC 1.1, 4).
export const LegacyCredential = thing({
  "@context": required(contextsAfter(CONTEXT_1_1)),
  type: required(typesWith([CREDENTIAL])),
  id: url,
  issuer: required(namedOrUrl),
  issuanceDate: required(time),
  expirationDate: timeNotBefore("issuanceDate"),
  credentialSubject: required(subjects),
  credentialStatus: several(NamedTyped),
  credentialSchema: several(NamedTyped),
  refreshService: several(NamedTyped),
  termsOfUse: several(Typed),
  proof: several(Proof),
});

// A badge of Open Badges 3.0 as a credential of VC 1.1.
export const LegacyBadge = thing({
  ...LegacyCredential.fields,
  type: required(typesWith([CREDENTIAL], ACHIEVEMENT_CREDENTIALS)),
  id: required(url),
  issuer: required(issuer),
  credentialSubject: required(AchievementSubject),
  evidence: several(Evidence),
});
