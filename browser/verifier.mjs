// The verifier: verify({document, rpc, trust, …}) -> report, the same as that of the library (docs/report.schema.json).

import { utf8 } from "./bytes.mjs";
import { withRevokedAt } from "./chain/history.mjs";
import { nodesAt, readFacts } from "./chain/reading.mjs";
import { REGISTRY } from "./constants.mjs";
import { chains, readAccreditations } from "./core/accreditation.mjs";
import { checkAnchor } from "./core/anchor_check.mjs";
import { checkIntegrity, examine } from "./core/checks.mjs";
import { PRESENT, formatTime, parseTime } from "./core/moments.mjs";
import { readEach, readOne } from "./core/presentation.mjs";
import { FAILED } from "./core/report.mjs";
import { asksWhen } from "./core/revocation_check.mjs";
import { readLists } from "./core/status.mjs";
import { readTrust } from "./core/trust.mjs";
import { judge } from "./core/verify.mjs";
import { sinceWhen, spans, vouched } from "./core/vouching.mjs";
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
  const about = sound ? trust.with({ accreditations: await vouching(examined, facts, setting) }) : trust;
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

// What chains of accreditations say of the issuer of what was examined, of those given and those it carries, each link judged by the checks of
// any credential, for when what follows from it was anchored.
async function vouching(examined, facts, setting) {
  const { nodes, trust, lists, at, accreditations } = setting;
  const since = sinceWhen(examined, facts, trust, at);
  const found = [];
  const met = new Map(); // chains may have links in common
  for (const chain of chains(examined.shown.credential, accreditations, trust)) {
    const links = [];
    for (const shown of chain) {
      if (!met.has(shown)) met.set(shown, await linkOf(shown, setting));
      links.push({ ...met.get(shown) });
    }
    const anchored = links.map((link) => sinceWhen(link.examined, link.facts, trust, at));
    for (const [number, span] of spans([...anchored, since]).entries()) {
      const link = links[number];
      link.span = span;
      // When it was revoked first is the same for every moment.
      if (link.facts && asksWhen(link.facts, span.last, { exact: true }) && link.facts.revokedAt === null) {
        link.facts = await withRevokedAt(nodes, link.facts, span.last);
      }
    }
    found.push(await vouched(links, trust, { at, lists }));
  }
  return found;
}

async function linkOf(shown, setting) {
  const examined = examine(shown);
  return { examined, facts: await factsOf(examined, setting), span: null };
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
