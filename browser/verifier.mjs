// The verifier: verify({document, rpc, trust, …}) -> report, the same as that of the library (docs/report.schema.json).

import { utf8 } from "./bytes.mjs";
import { withRevokedAt } from "./chain/history.mjs";
import { nodesAt, readFacts } from "./chain/reading.mjs";
import { REGISTRY } from "./constants.mjs";
import { examine } from "./core/checks.mjs";
import { PRESENT, formatTime, parseTime } from "./core/moments.mjs";
import { readEach, readOne } from "./core/presentation.mjs";
import { asksWhen } from "./core/revocation_check.mjs";
import { readLists } from "./core/status.mjs";
import { readTrust } from "./core/trust.mjs";
import { judge } from "./core/verify.mjs";
import { InputError } from "./errors.mjs";

// The report about a credential, or a presentation of one, as JSON text or bytes.
//
// rpc: JSON-RPC URLs, of which a majority must answer and all agree; trust: the text of a trust file, or of several; trustSigner: the did:key
// that has to have signed each; audience and challenge: what the holder had to sign; statusLists: texts; at: the moment to judge at, a Date or
// an xsd:dateTimeStamp, now by default; of one in the past the chain is asked when something was revoked. Throws InputError when any of these
// is malformed, never for what the document holds.
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

async function settingOf({ rpc = [], trust = [], trustSigner = null, audience = null, challenge = null, statusLists = [], at = null }) {
  if (!globalThis.crypto?.subtle) throw new InputError("this page has no cryptography here: open it as a file, or from an https address");
  if ((audience === null) !== (challenge === null)) throw new InputError("audience and challenge go together: the holder signs both");
  const demand = audience === null ? null : { audience, challenge };
  return {
    nodes: nodesAt(several(rpc)),
    trust: await readTrust(several(trust).map(bytes), { canonical: REGISTRY, demand, signer: trustSigner }),
    lists: readLists(several(statusLists).map(bytes)),
    at: momentOf(at),
  };
}

async function report(shown, { nodes, trust, lists, at }) {
  const examined = examine(shown);
  const anchoring = examined.proof?.anchoring;
  // A registry that is not accepted is not asked either: its answers would count for nothing.
  const accepted = anchoring !== undefined && trust.acceptsRegistry(anchoring.chainId, anchoring.registry);
  const facts = accepted ? await readFacts(nodes, anchoring, now()) : null;
  const dated = facts !== null && asksWhen(facts, at) ? await withRevokedAt(nodes, facts, at) : facts;
  return judge(examined, dated, trust, { at, lists });
}

const now = () => BigInt(Date.now()) * 1000n;

function momentOf(at) {
  if (at === null) return now();
  const moment = at instanceof Date ? BigInt(at.getTime()) * 1000n : parseTime(at);
  if (moment - now() > PRESENT) throw new InputError(`the moment to judge at, ${formatTime(moment)}, is in the future`);
  return moment;
}

const several = (given) => (given === null ? [] : Array.isArray(given) ? given : [given]);

// A lone surrogate cannot be encoded, and must not become another character: it reaches the parser as a byte that it refuses.
const bytes = (given) => (typeof given !== "string" ? new Uint8Array(given) : /\p{Cs}/u.test(given) ? new Uint8Array([0xff]) : utf8(given));
