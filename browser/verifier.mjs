// The verifier: verify({document, rpc, trust, …}) -> report, the same as that of the library (docs/report.schema.json).

import { utf8 } from "./bytes.mjs";
import { withRevokedAt } from "./chain/history.mjs";
import { nodesAt, readFacts } from "./chain/reading.mjs";
import { REGISTRY } from "./constants.mjs";
import { accredited, embedded, mayCount, readAccreditations } from "./core/accreditation.mjs";
import { checkAnchor } from "./core/anchor_check.mjs";
import { checkIntegrity, examine } from "./core/checks.mjs";
import { PRESENT, formatTime, parseTime } from "./core/moments.mjs";
import { readEach, readOne } from "./core/presentation.mjs";
import { FAILED } from "./core/report.mjs";
import { asksWhen } from "./core/revocation_check.mjs";
import { readLists } from "./core/status.mjs";
import { readTrust } from "./core/trust.mjs";
import { judge } from "./core/verify.mjs";
import { InputError } from "./errors.mjs";

// The report about a credential, or a presentation of one, as JSON text or bytes.
//
// rpc: JSON-RPC URLs, of which a majority must answer and all agree; trust: the text of a trust file, or of several; trustSigner: the did:key
// that has to have signed each; audience and challenge: what the holder had to sign; statusLists: texts; accreditations: texts of endorsements of
// issuers by accreditors of the trust file; at: the moment to judge at, a Date or an xsd:dateTimeStamp, now by default; of one in the past the
// chain is asked when something was revoked. Throws InputError when any of these is malformed, never for what the document holds.
export async function verify(given) {
  const setting = await settingOf(given);
  return report(readOne(bytes(given.document)), setting);
}

// A report about each credential of a presentation, at most 32.
export async function verifyPresentation(given) {
  const setting = await settingOf(given);
  const reports = [];
  for (const shown of readEach(bytes(given.document))) reports.push(await report(shown, setting));
  return reports;
}

async function settingOf(given) {
  if (!globalThis.crypto?.subtle) throw new InputError("this page has no cryptography here: open it as a file, or from an https address");
  const { audience = null, challenge = null, trustSigner: signer = null } = given;
  if ((audience === null) !== (challenge === null)) throw new InputError("audience and challenge go together: the holder signs both");
  const demand = audience === null ? null : { audience, challenge };
  return {
    nodes: nodesAt(several(given.rpc)),
    trust: await readTrust(several(given.trust).map(bytes), { canonical: REGISTRY, demand, signer }),
    lists: readLists(several(given.statusLists).map(bytes)),
    accreditations: readAccreditations(several(given.accreditations).map(bytes)),
    at: momentOf(given.at ?? null),
  };
}

async function report(shown, setting) {
  const { trust, lists, at } = setting;
  const examined = examine(shown);
  const facts = await factsOf(examined, setting);
  // What fails by itself or on the chain stays so: nobody else is asked about it.
  const sound = !trust.issuers.has(shown.credential.issuer) && !(await fails(examined, facts, trust, at));
  const about = sound ? trust.with({ accreditations: await vouching(shown.credential, setting) }) : trust;
  return judge(examined, facts, about, { at, lists });
}

// What the chain says about the anchor of what was examined, null when there is nobody whose answer counts.
async function factsOf(examined, { nodes, trust, at }) {
  const anchoring = examined.proof?.anchoring;
  // A registry that is not accepted is not asked either: its answers would count for nothing.
  if (anchoring === undefined || !trust.acceptsRegistry(anchoring.chainId, anchoring.registry)) return null;
  const facts = await readFacts(nodes, anchoring, now());
  return asksWhen(facts, at) ? withRevokedAt(nodes, facts, at) : facts;
}

async function fails(examined, facts, trust, at) {
  if (examined.form.outcome === FAILED || checkAnchor(examined.proof, facts, trust, at).outcome === FAILED) return true;
  return (await checkIntegrity(examined)).outcome === FAILED;
}

// What accreditors say of the issuer of a credential, of those given and those it carries, each judged by the same checks as any credential; who
// makes them is on the list, so none needs another.
async function vouching(credential, setting) {
  const { trust, lists, at, accreditations } = setting;
  const alone = { ...setting, trust: trust.with({ demand: null }) }; // the holder of the credential signs for it, not the accredited issuer
  const found = [];
  for (const shown of [...accreditations, ...embedded(credential)]) {
    if (!mayCount(shown.credential, credential.issuer, trust)) continue;
    const examined = examine(shown);
    const judged = await judge(examined, await factsOf(examined, alone), alone.trust, { at, lists });
    found.push(accredited(shown.credential, judged, trust));
  }
  return found;
}

const now = () => BigInt(Date.now()) * 1000n;

function momentOf(at) {
  if (at === null) return now();
  const moment = parseTime(at instanceof Date && !Number.isNaN(at.getTime()) ? at.toISOString() : String(at));
  if (moment - now() > PRESENT) throw new InputError(`the moment to judge at, ${formatTime(moment)}, is in the future`);
  return moment;
}

const several = (given) => (given === null || given === undefined ? [] : Array.isArray(given) ? given : [given]);

function bytes(given) {
  if (given instanceof Uint8Array) return given;
  if (given instanceof ArrayBuffer) return new Uint8Array(given);
  if (typeof given !== "string") throw new InputError("a document, a trust file and a status list are given as text or bytes");
  // A lone surrogate cannot be encoded, and must not become another character: it reaches the parser as a byte that it refuses.
  return /\p{Cs}/u.test(given) ? new Uint8Array([0xff]) : utf8(given);
}
