// The bitstring of a status list, and the text that carries it (Bitstring Status List 1.0, 3.3 and 3.4).

import { concat, crc32 } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";

export const MIN_ENTRIES = 131_072; // fewer would tell who is who: the herd that one entry hides in (6.1)
const MAX_BYTES = 16 << 20; // of a bitstring: what would inflate to more is not inflated
const BASE64URL = /^u[A-Za-z0-9_-]+$/;

// The bitstring that a text carries; throws FormatError when it carries none, or one beyond MAX_BYTES.
export async function decode(text) {
  if (!BASE64URL.test(text)) throw new FormatError("the list is not base64url behind a u");
  const packed = unpack(text.slice(1));
  const bits = await inflate(packed);
  // Not every DecompressionStream refuses what stands behind the end: the last eight bytes have to be the checksum and the length of this.
  const end = packed.length - 8;
  const view = new DataView(packed.buffer);
  if (end < 0 || view.getUint32(end, true) !== crc32(bits) || view.getUint32(end + 4, true) !== bits.length) {
    throw new FormatError("the list is cut off, or has something behind its end");
  }
  return bits;
}

// Spare bits of the last letter are let pass here, as in bitstring.py: they change nothing of what is packed.
function unpack(text) {
  if (text.length % 4 === 1) throw new FormatError("the list is not compressed as GZIP does");
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
}

async function inflate(packed) {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const reader = stream.getReader();
  const parts = [];
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MAX_BYTES) break;
      parts.push(part.value);
    }
  } catch {
    throw new FormatError("the list is not compressed as GZIP does, is cut off, or has something behind its end");
  }
  if (size > MAX_BYTES) {
    await reader.cancel();
    throw new FormatError(`the list inflates to more than ${MAX_BYTES.toLocaleString("en-US")} bytes`);
  }
  return concat(...parts);
}

// The value of an entry of `size` bits; throws FormatError when the list does not go so far. `index` is a BigInt of any size.
export function entry(bits, index, size) {
  const last = (index + 1n) * BigInt(size);
  if (last > BigInt(bits.length * 8)) throw new FormatError(`the list has no entry ${index}`);
  let value = 0;
  for (let at = Number(last) - size; at < Number(last); at++) value = value * 2 + ((bits[at >> 3] >> (7 - (at % 8))) & 1);
  return value;
}
