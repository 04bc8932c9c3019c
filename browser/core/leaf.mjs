// Claims root, index and domain -> the leaf of a batch (DESIGN.md section 2, "Leaf").

import { bigEndian, fromHex, sha256, utf8 } from "../bytes.mjs";
import * as tree from "./tree.mjs";

export const ADDRESS_BYTES = 20;

// The leaf hash: what the batch tree is built over and what the registry's `verifyLeaf` takes.
export async function leafHash(anchoring, claimCount, claimsRoot) {
  const { chainId, registry, issuerId, index } = anchoring;
  const domain = await sha256(utf8("laurea/domain"), bigEndian(chainId, 8), fromHex(registry), fromHex(issuerId));
  return tree.leafHash(utf8("laurea/leaf"), domain, bigEndian(index, 8), bigEndian(claimCount, 4), claimsRoot);
}
