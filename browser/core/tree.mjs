// Merkle trees of RFC 9162, section 2.1: leaves -> root, path or cover -> root. Unbalanced to the left, no node twice.

import { sha256 } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";

export const HASH_BYTES = 32;
// 0x00 and 0x01 keep a leaf from passing for an inner node (RFC 9162, 2.1.1).
const LEAF = new Uint8Array([0]);
const NODE = new Uint8Array([1]);

export const leafHash = (...data) => sha256(LEAF, ...data);

const nodeHash = (left, right) => sha256(NODE, left, right);

// The root of the tree over one or more leaf hashes.
export async function rootOf(leaves) {
  let level = leaves;
  while (level.length > 1) {
    const above = [];
    for (let at = 0; at + 1 < level.length; at += 2) above.push(nodeHash(level[at], level[at + 1]));
    if (level.length % 2) above.push(level.at(-1)); // an odd last one moves up unchanged
    level = await Promise.all(above);
  }
  return level[0];
}

// The root that a leaf hash and its path lead to (RFC 9162, 2.1.3.2); throws FormatError when the path has not exactly the right length.
export async function rootFromPath(leaf, index, size, path) {
  if (!(0 <= index && index < size)) throw new FormatError(`index ${index} is not in a tree of ${size} leaves`);
  let node = leaf;
  let used = 0;
  const next = () => {
    if (used === path.length) throw new FormatError("the path is too short");
    used += 1;
    return path[used - 1];
  };
  for (let at = index, last = size - 1; last > 0; at >>>= 1, last >>>= 1) {
    if (at % 2) node = await nodeHash(next(), node);
    else if (at < last) node = await nodeHash(node, next());
  }
  if (used < path.length) throw new FormatError("the path is too long");
  return node;
}

// The root of a tree of `size` leaves from some of its leaf hashes, by their indices (ascending), and the cover of the others.
export async function rootFromCover(size, indices, leaves, cover) {
  if (!indices.length || indices[0] < 0 || indices.at(-1) >= size) throw new FormatError("the shown leaves are not in the tree");
  const hidden = hiddenRanges(0, size, indices);
  if (hidden.length !== cover.length) throw new FormatError(`the cover has ${cover.length} nodes, ${hidden.length} are hidden`);
  const known = new Map(hidden.map((range, at) => [range, cover[at]]));
  indices.forEach((index, at) => known.set(name(index, index + 1), leaves[at]));
  return fold(0, size, known);
}

// The names of the maximal subtrees over [start, end) that hold none of `shown`, left to right.
function hiddenRanges(start, end, shown) {
  if (!shown.length) return [name(start, end)];
  if (end - start === 1) return [];
  const middle = start + split(end - start);
  const left = hiddenRanges(start, middle, shown.filter((index) => index < middle));
  return left.concat(hiddenRanges(middle, end, shown.filter((index) => index >= middle)));
}

async function fold(start, end, known) {
  const node = known.get(name(start, end));
  if (node) return node;
  const middle = start + split(end - start);
  return nodeHash(await fold(start, middle, known), await fold(middle, end, known));
}

const name = (start, end) => `${start}-${end}`;

// The largest power of two below `size` (RFC 9162, 2.1.1).
const split = (size) => 1 << (31 - Math.clz32(size - 1));
