// The W3C Verifiable Credentials Data Model 2.0: what every credential is, whatever it says.

import { isObject } from "../canonical.mjs";
import { CONTEXT_1_1 } from "../credential.mjs";
import { related } from "./related.mjs";
import { isUrl, items, required, several, text, thing, time, timeNotBefore, types, typesWith, url, wrong } from "./values.mjs";

export const CONTEXT = "https://www.w3.org/ns/credentials/v2";
export const CREDENTIAL = "VerifiableCredential";
const VALUE_OBJECT = ["@value", "@language", "@direction"]; // VC 2.0, 11.1
const DIRECTIONS = ["ltr", "rtl"];
const LANGUAGE = /^[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*$/; // well-formed in the sense of BCP 47, or nearly

// An array of contexts that begins with a certain one.
export const contextsAfter = (first) => (value, path) => {
  const good = Array.isArray(value) && value[0] === first && value.every((item) => isUrl(item) || isObject(item));
  return good ? [] : wrong(path, `give an array of contexts that begins with ${first}, each a URL or an object`);
};

const isLabel = (item) => typeof item === "string" || (isObject(item) && isTextInLanguage(item));

function isTextInLanguage(item) {
  const language = "@language" in item ? item["@language"] : "en";
  const direction = "@direction" in item ? item["@direction"] : "ltr";
  const plain = Object.keys(item).every((name) => VALUE_OBJECT.includes(name)) && typeof item["@value"] === "string";
  return plain && typeof language === "string" && LANGUAGE.test(language) && DIRECTIONS.includes(direction);
}

const label = (value, path) =>
  items(value).every(isLabel) ? [] : wrong(path, 'give a string, or one with its language, like {"@value": "…", "@language": "en"}');

export const Named = thing({ id: required(url) });
export const Typed = thing({ type: required(types), id: url });
export const NamedTyped = thing({ type: required(types), id: required(url) });
export const Subject = thing({ id: url });

// A proof inside a credential: its shape alone, for a credential is checked without its own.
export const Proof = thing({
  type: required(text),
  created: time,
  cryptosuite: text,
  challenge: text,
  domain: text,
  nonce: text,
  proofPurpose: text,
  proofValue: text,
  verificationMethod: text,
});

// An object that says something, or several.
export const subjects = (value, path, owner) => {
  const found = items(value);
  if (found.length && found.every((item) => isObject(item) && Object.keys(item).length)) return several(Subject)(value, path, owner);
  return wrong(path, "give an object with at least one member, or a non-empty array of such objects");
};

const orUrl = (check) => (value, path) => (typeof value === "string" ? url(value, [...path, "id"]) : check(value, path));

// A URL alone counts as an object that has it.
export const namedOrUrl = orUrl(Named);

// Who issued a credential, and how they are called (VC 2.0, 4.6 and 4.7).
const issuer = orUrl(thing({ id: required(url), name: label, description: label }));

// What any credential and a badge say in the same way.
export const Credential = {
  validFrom: time,
  validUntil: timeNotBefore("validFrom"),
  credentialStatus: several(Typed),
  credentialSchema: several(NamedTyped),
  termsOfUse: several(Typed),
  relatedResource: related,
  proof: several(Proof),
};

// Any credential (VC 2.0, 4).
export const VerifiableCredential = thing({
  ...Credential,
  "@context": required(contextsAfter(CONTEXT)),
  type: required(typesWith([CREDENTIAL])),
  id: url,
  name: label,
  description: label,
  issuer: required(issuer),
  credentialSubject: required(subjects),
  refreshService: several(Typed),
  evidence: several(Typed),
});

// One of VC 1.1 may hold the older credentials that are verified here.
const presentationContexts = (value, path) =>
  contextsAfter(Array.isArray(value) && value[0] === CONTEXT_1_1 ? CONTEXT_1_1 : CONTEXT)(value, path);

// A presentation, whatever it holds (VC 2.0, 4.13).
export const PresentationFrame = thing({
  "@context": required(presentationContexts),
  type: required(typesWith(["VerifiablePresentation"])),
  id: url,
  holder: namedOrUrl,
  termsOfUse: several(Typed),
  proof: several(Proof),
});
