// The proofs of `merkle-anchor-2026`, and whether what is shown leads to the root in one (DESIGN.md section 2).

import { hex } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";
import { MAX_CLAIMS, SALT_BYTES, SEED_BYTES, leafHashes, salt } from "./claims.mjs";
import { ADDRESS_BYTES, leafHash } from "./leaf.mjs";
import { Fields } from "./proof_value.mjs";
import { HASH_BYTES, rootFromCover, rootFromPath, rootOf } from "./tree.mjs";

const CRYPTOSUITE = "merkle-anchor-2026";
// The suites whose proofs are about the anchor, and no signatures of an issuer.
export const ANCHORS = [CRYPTOSUITE, "merkle-anchor-2026-state"];
const MEMBERS = ["cryptosuite", "proofPurpose", "proofValue", "type", "verificationMethod"];
const UINT32 = 1n << 32n;
const UINT64 = 1n << 64n;

// The anchor proof of a credential, null when it has none; throws FormatError when there are more or it is malformed.
export function anchorProof(credential) {
  const found = credential.proofs.filter((proof) => proof.cryptosuite === CRYPTOSUITE);
  if (found.length > 1) throw new FormatError(`the credential has ${found.length} ${CRYPTOSUITE} proofs, which could contradict each other`);
  return found.length ? decode(textOf(found[0])) : null;
}

function textOf(carrier) {
  if (Object.keys(carrier).sort().join() !== MEMBERS.join()) {
    throw new FormatError(`a ${CRYPTOSUITE} proof has the members ${MEMBERS.join(", ")} and no other`);
  }
  if (carrier.type !== "DataIntegrityProof" || carrier.proofPurpose !== "assertionMethod") {
    throw new FormatError(`a ${CRYPTOSUITE} proof is a DataIntegrityProof with the purpose assertionMethod`);
  }
  const { verificationMethod: method, proofValue: text } = carrier;
  // A DID URL without a fragment would name the DID, not a method.
  if (typeof method !== "string" || !method.startsWith("did:") || typeof text !== "string") {
    throw new FormatError(`a ${CRYPTOSUITE} proof has a DID URL and a proofValue, both strings`);
  }
  return text;
}

// The proof that a proofValue stands for; throws FormatError for anything but the one canonical text of a proof.
export function decode(text) {
  const fields = new Fields(text);
  const base = fields.integer(2n) === 0n;
  const anchoring = anchoringOf(fields);
  const proof = { anchoring, ...(base ? { seed: fields.octets(SEED_BYTES) } : shownOf(fields)) };
  fields.hints();
  fields.end();
  return proof;
}

function anchoringOf(fields) {
  const anchoring = {
    chainId: fields.integer(UINT64),
    registry: hex(fields.octets(ADDRESS_BYTES)),
    issuerId: hex(fields.octets(ADDRESS_BYTES)),
    root: hex(fields.octets(HASH_BYTES)),
    size: Number(fields.integer(UINT32)),
    index: Number(fields.integer(UINT32)),
    path: fields.cut(HASH_BYTES),
  };
  if (anchoring.index >= anchoring.size) {
    throw new FormatError(`the proof's index ${anchoring.index} is not in a batch of ${anchoring.size}`);
  }
  return anchoring;
}

function shownOf(fields) {
  const claimCount = Number(fields.integer(BigInt(MAX_CLAIMS + 1)));
  const bitmap = fields.octets((claimCount + 7) >> 3);
  const shown = [];
  for (let index = 0; index < bitmap.length * 8; index++) if (bitmap[index >> 3] & (0x80 >> index % 8)) shown.push(index);
  if (shown[0] !== 0 || shown.at(-1) >= claimCount) {
    throw new FormatError("the shown claims are not claims of the credential, the envelope among them");
  }
  const salts = fields.cut(SALT_BYTES);
  if (salts.length !== shown.length) throw new FormatError(`the proof shows ${shown.length} claims and has ${salts.length} salts`);
  return { claimCount, shown, salts, cover: fields.cut(HASH_BYTES) };
}

// Whether a proof says that some claims are hidden.
export const isPartial = (proof) => proof !== null && proof.shown !== undefined && proof.claimCount > proof.shown.length;

// "" when the shown claims lead to the root in a proof, else why they do not.
export async function rootProblem(proof, claims) {
  try {
    if (hex(await reachedRoot(proof, claims)) === proof.anchoring.root) return "";
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
  return "the credential or its proof was altered: they do not lead to the anchored root";
}

async function reachedRoot(proof, claims) {
  const { anchoring } = proof;
  const root = proof.seed ? await seededRoot(proof, claims) : await coveredRoot(proof, claims);
  const leaf = await leafHash(anchoring, proof.seed ? claims.length : proof.claimCount, root);
  return rootFromPath(leaf, anchoring.index, anchoring.size, anchoring.path);
}

async function seededRoot(proof, claims) {
  const salts = await Promise.all(claims.map((_, index) => salt(proof.seed, index)));
  return rootOf(await leafHashes(claims, salts));
}

async function coveredRoot(proof, claims) {
  if (claims.length !== proof.shown.length) {
    throw new FormatError(`the credential has ${claims.length} claims, its proof shows ${proof.shown.length}`);
  }
  return rootFromCover(proof.claimCount, proof.shown, await leafHashes(claims, proof.salts), proof.cover);
}
