// The fields of a proofValue: multibase "u" (base64url) of deterministic CBOR (RFC 8949, 4.2.1), taken one by one.
//
// Only what a proofValue may hold is read: unsigned integers, byte strings, the list around them and the map of hints.

import { fromBase64url, pieces, toBigInt } from "../bytes.mjs";
import { FormatError } from "../errors.mjs";

const MAX_CHARACTERS = 160 << 10; // as core/proof_value.py has it
const [INTEGER, OCTETS, TEXT, LIST, MAP] = [0, 2, 3, 4, 5]; // major types
const INLINE = 24; // smaller arguments stand in the first byte; 24, 25, 26 and 27 say that 1, 2, 4 or 8 bytes follow
const LEAST = [24n, 1n << 8n, 1n << 16n, 1n << 32n]; // the least argument that needs so many bytes
const LIMIT = 1n << 64n;

export class Fields {
  constructor(text) {
    if (!text.startsWith("u") || text.length > MAX_CHARACTERS) {
      throw new FormatError("the proofValue is not base64url multibase (u…) within its size limit");
    }
    try {
      this.raw = fromBase64url(text.slice(1));
    } catch (error) {
      // Base 64 has spare bits and a second alphabet: only the text that we would write passes.
      if (error instanceof FormatError) throw new FormatError("the proofValue is not in its canonical form");
      throw error;
    }
    this.at = 0;
    this.left = this.argument(LIST);
  }

  // An unsigned integer below `limit`, as BigInt.
  integer(limit) {
    this.next();
    return this.number(limit);
  }

  // A byte string of exactly this size.
  octets(size) {
    const value = this.anyOctets();
    if (value.length !== size) throw new FormatError(`the proof has a field of ${value.length} bytes in place of ${size}`);
    return value;
  }

  // A byte string, cut into pieces of this size.
  cut(size) {
    const value = this.anyOctets();
    if (value.length % size) throw new FormatError(`the proof has a field of ${value.length} bytes, not made of pieces of ${size}`);
    return pieces(value, size);
  }

  // The hints: at most `tx`, a transaction hash, then `block`, a number. They are read to refuse others, and never used.
  hints() {
    this.next();
    const seen = new Set();
    for (let left = this.argument(MAP); left > 0n; left--) {
      const name = String.fromCharCode(...this.take(this.argument(TEXT)));
      if (name === "tx" && !seen.size) {
        if (this.take(this.argument(OCTETS)).length !== 32) throw new FormatError("the proof's hint tx is not a transaction hash");
      } else if (name === "block" && !seen.has("block")) {
        this.number(LIMIT);
      } else {
        throw new FormatError("the proof's hints hold something else than tx, then block");
      }
      seen.add(name);
    }
  }

  end() {
    if (this.left || this.at !== this.raw.length) throw new FormatError("the proof has more in it than its fields");
  }

  anyOctets() {
    this.next();
    return this.take(this.argument(OCTETS));
  }

  number(limit) {
    const value = this.argument(INTEGER);
    if (value >= limit) throw new FormatError("the proof has a number that is out of range");
    return value;
  }

  next() {
    if (!this.left) throw new FormatError("the proof has too few fields");
    this.left -= 1n;
  }

  argument(major) {
    const [first] = this.take(1n);
    const small = first & 0x1f;
    if (first >> 5 !== major || small > INLINE + 3) throw new FormatError("the proof has a field of a wrong type");
    if (small < INLINE) return BigInt(small);
    const power = small - INLINE;
    const argument = toBigInt(this.take(1n << BigInt(power)));
    if (argument < LEAST[power]) throw new FormatError("the proof has a number that is not in its shortest form");
    return argument;
  }

  take(size) {
    const left = this.raw.length - this.at;
    if (size > BigInt(left)) throw new FormatError("the proof ends too early");
    this.at += Number(size);
    return this.raw.subarray(this.at - Number(size), this.at);
  }
}
