// A credential as a holder shows it: signed over audience and challenge (W3C VC 2.0, section 4.13), or bare.

import { FormatError, Undecidable } from "../errors.mjs";
import { isObject, parse, without } from "./canonical.mjs";
import { CONTEXT_1_1, Credential } from "./credential.mjs";
import { multikey, publicOfDidKey } from "./keys.mjs";
import { frameProblems } from "./openbadge/model.mjs";
import { SECOND, formatTime, parseTime } from "./moments.mjs";
import { OWN_SUITES, check } from "./signature.mjs";

const CONTEXT = "https://www.w3.org/ns/credentials/v2";
const TYPE = "VerifiablePresentation";
const MAX_CREDENTIALS = 32; // that one presentation holds: each costs its verifier as much as one alone
const MAX_LIFE = 300n * SECOND;
const MAX_SKEW = 60n * SECOND; // how far the holder's clock may be ahead of the verifier's
const STATEMENT = ["@context", "type", "issuer", "credentialSubject", "relatedResource"];
const NOTHING = new Credential(Object.create(null), []);

// What was shown, {credential, document, proof, problem}: of one credential; never throws, for unreadable is an answer, too.
export function readOne(data) {
  return attempt(() => {
    const found = unwrap(parse(data));
    const count = found.credentials.length;
    if (count !== 1) throw new FormatError(`the presentation holds ${count} credentials, of which one report cannot tell`);
    return shown(found, Credential.of(found.credentials[0]));
  });
}

// The same of each credential of a presentation, at most 32, each with the whole around it.
export function readEach(data) {
  const all = attempt(() => {
    const found = unwrap(parse(data));
    const count = found.credentials.length;
    if (count === 0 || count > MAX_CREDENTIALS) {
      throw new FormatError(`the presentation holds ${count} credentials; 1 to ${MAX_CREDENTIALS} can be checked`);
    }
    return found;
  });
  return all.problem ? [all] : all.credentials.map((value) => attempt(() => shown(all, Credential.of(value)), all));
}

// A parsed credential as if it was shown alone.
export const shownAlone = (value) => attempt(() => shown({ document: null, proof: null }, Credential.of(value)));

const shown = (found, credential) => ({ credential, document: found.document, proof: found.proof, problem: "" });

function attempt(read, found = { document: null, proof: null }) {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return { credential: NOTHING, document: found.document, proof: found.proof, problem: error.message };
    throw error;
  }
}

// A credential, or a presentation with as many as it holds, taken apart; throws FormatError when it is neither.
function unwrap(value) {
  if (!isObject(value)) throw new FormatError("the document is neither a credential nor a presentation");
  const kinds = Array.isArray(value.type) ? value.type : [value.type];
  if (!kinds.includes(TYPE)) return { credentials: [value], document: null, proof: null };
  const document = without(value, "proof");
  const context = document["@context"];
  if (!Array.isArray(context) || ![CONTEXT, CONTEXT_1_1].includes(context[0])) {
    throw new FormatError(`a presentation's @context is a list that begins with ${CONTEXT}`);
  }
  if ("proof" in value && !isObject(value.proof)) throw new FormatError("a presentation carries one proof, an object");
  const problems = frameProblems(document);
  if (problems.length) throw new FormatError(`the presentation is not as it should be: ${problems[0]}`);
  const held = document.verifiableCredential ?? null;
  const items = Array.isArray(held) ? held : [held];
  // The holder's own words are no credential that is shown: nobody else vouches for them.
  const said = items.find((item) => isStatement(item, document.holder));
  return { credentials: items.filter((item) => said === undefined || item !== said), document, proof: value.proof ?? null };
}

// Whether one of the credentials in a presentation is what its holder says themselves: it has no proof, and nobody else issued it.
function isStatement(value, holder) {
  if (!isObject(value) || "proof" in value || typeof holder !== "string" || value.issuer !== holder) return false;
  const plain = Array.isArray(value.type) && value.type.length === 1 && value.type[0] === "VerifiableCredential";
  return plain && Object.keys(value).every((name) => STATEMENT.includes(name));
}

// "" when the holder of the credential signed what was demanded, else why that is not so; throws Undecidable where it cannot be told.
export async function holderProblem({ credential, document, proof }, demand, at) {
  const subject = credential.subjectId;
  if (subject === null) return "a holder's signature was demanded, but the subject's id is hidden, absent or in an array";
  if (document === null || proof === null) return "a holder's signature was demanded, but the credential was shown without one";
  try {
    const public_ = publicOfDidKey(subject);
    const problem = optionsProblem(proof, subject, public_, demand) || timeProblem(proof, at) || holderNameProblem(document, subject);
    if (problem) return problem;
    return (await check(document, proof, public_, { suites: OWN_SUITES })) ? "" : "the holder's signature does not fit the presentation";
  } catch (error) {
    if (error instanceof Undecidable || !(error instanceof FormatError)) throw error;
    return `the holder's signature cannot be checked: ${error.message}`;
  }
}

function optionsProblem(proof, subject, public_, demand) {
  if (proof.verificationMethod !== `${subject}#${multikey(public_)}`) {
    return "the presentation is not signed by the key of the credential's subject";
  }
  if (proof.proofPurpose !== "authentication") return "the presentation is signed for another purpose than authentication";
  if (proof.challenge !== demand.challenge) return "the presentation is signed for another challenge";
  return proof.domain === demand.audience ? "" : "the presentation is signed for another audience";
}

function timeProblem(proof, at) {
  const [created, expires] = [moment(proof, "created"), moment(proof, "expires")];
  const life = expires - created;
  if (!(0n < life && life <= MAX_LIFE)) return "the presentation does not expire within 5 minutes of its signature";
  if (created - at > MAX_SKEW) return "the presentation is signed in the future";
  return at >= expires ? `the presentation expired at ${formatTime(expires)}` : "";
}

function holderNameProblem(document, subject) {
  const holder = "holder" in document ? document.holder : subject;
  const named = isObject(holder) ? holder.id : holder;
  return named === subject ? "" : "the presentation names another holder than the credential's subject";
}

function moment(proof, name) {
  if (typeof proof[name] !== "string") throw new FormatError(`its ${name} is missing`);
  return parseTime(proof[name]);
}
