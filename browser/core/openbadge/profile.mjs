// Who issues, endorses or is endorsed: Profile and EndorsementCredential of Open Badges 3.0, and their parts.

import { date, jws, later, literal, number, required, several, term, text, thing, time, typesOrText, typesWith, url, wrong } from "./values.mjs";
import { CONTEXT, CREDENTIAL, Credential, NamedTyped, contextsAfter } from "./vc.mjs";

const BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
const BADGE_CONTEXTS = /^https:\/\/purl\.imsglobal\.org\/spec\/ob\/v3p0\/context(-3\.[0-9]\.[0-9])*\.json$/;
export const ENDORSEMENT_CREDENTIAL = "EndorsementCredential";

// prettier-ignore
export const identifierType = term([
  "name", "sourcedId", "systemId", "productId", "userName", "accountId", "emailAddress", "nationalIdentityNumber", "isbn", "issn",
  "lisSourcedId", "oneRosterSourcedId", "sisSourcedId", "ltiContextId", "ltiDeploymentId", "ltiToolId", "ltiPlatformId", "ltiUserId",
  "identifier",
]);

const badgeContexts = (value, path) => {
  const problems = contextsAfter(CONTEXT)(value, path);
  if (problems.length) return problems;
  const second = value[1];
  return typeof second === "string" && BADGE_CONTEXTS.test(second) ? [] : wrong(path, `give ${BADGE_CONTEXT} as the second context`);
};

export const Image = thing({ id: required(url), type: required(literal("Image")), caption: text }, { closed: true });

const GeoCoordinates = thing({ type: required(literal("GeoCoordinates")), latitude: required(number), longitude: required(number) });

const Address = thing({
  type: required(typesOrText("Address")),
  addressCountry: text,
  addressCountryCode: text,
  addressRegion: text,
  addressLocality: text,
  streetAddress: text,
  postOfficeBoxNumber: text,
  postalCode: text,
  geo: GeoCoordinates,
});

export const IdentifierEntry = thing(
  { type: required(literal("IdentifierEntry")), identifier: required(text), identifierType: required(identifierType) },
  { closed: true },
);

// A person or an organisation.
export const Profile = thing({
  id: required(url),
  type: required(typesOrText("Profile")),
  name: text,
  url,
  phone: text,
  description: text,
  endorsement: several(later(() => EndorsementCredential)),
  endorsementJwt: several(jws),
  image: Image,
  email: text,
  address: Address,
  otherIdentifier: several(IdentifierEntry),
  official: text,
  parentOrg: later(() => Profile),
  familyName: text,
  givenName: text,
  additionalName: text,
  patronymicName: text,
  honorificPrefix: text,
  honorificSuffix: text,
  familyNamePrefix: text,
  dateOfBirth: date,
});

// A bare URL names a profile and says no more of it, which only an issuer may do.
export const issuer = (value, path) => (typeof value === "string" ? url(value, [...path, "id"]) : Profile(value, path));

// What the learner did, or where to see it.
export const Evidence = thing({
  type: required(typesOrText("Evidence")),
  id: url,
  narrative: text,
  name: text,
  description: text,
  genre: text,
  audience: text,
});

const EndorsementSubject = thing({ id: required(url), type: required(typesOrText("EndorsementSubject")), endorsementComment: text });

// What the credentials of Open Badges 3.0 have in common beyond VC 2.0.
export const BadgeCredential = {
  ...Credential,
  "@context": required(badgeContexts),
  id: required(url),
  description: text,
  issuer: required(issuer),
  validFrom: required(time),
  awardedDate: time,
  refreshService: several(NamedTyped),
  evidence: several(Evidence),
};

// An endorsement of a profile, an achievement or a credential.
export const EndorsementCredential = thing({
  ...BadgeCredential,
  type: required(typesWith([CREDENTIAL], [ENDORSEMENT_CREDENTIAL])),
  name: required(text),
  credentialSubject: required(EndorsementSubject),
});
