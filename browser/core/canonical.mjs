// The one way a document becomes bytes: strict I-JSON in (RFC 7493), RFC 8785 (JCS) out.
//
// Objects have no prototype: a member may be called "__proto__" or "constructor", and means nothing but itself.

import { FormatError } from "../errors.mjs";

export const MAX_BYTES = 1 << 20; // any JSON but a credential: room for a credential, its proofs and a wrapper
export const MAX_DEPTH = 64; // the credential's own limit of 32, and what may be wrapped around it
const MAX_INTEGER = Number.MAX_SAFE_INTEGER; // beyond it a double no longer tells neighbours apart (RFC 7493, 2.2)
const FIRST_EXPONENT = 1e21; // from here on JCS writes an exponent, as ECMAScript does
const BEYOND = "an integer is beyond 2^53-1, which JSON readers do not agree on";

// Surrogates and noncharacters may not be in any string (RFC 7493, 2.1).
const FORBIDDEN = /[\p{Cs}\p{Noncharacter_Code_Point}]/u;
const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const HEX = /[0-9a-fA-F]{4}/y;
const ESCAPES = new Map([...'"\\/'].map((letter) => [letter, letter]).concat([["b", "\b"], ["f", "\f"], ["n", "\n"], ["r", "\r"], ["t", "\t"]]));
const CONSTANTS = ["NaN", "Infinity", "-Infinity"];

// Which members were written as 1.0 or 1e2: they are no integers where one is wanted, though a number of ECMAScript does not tell.
const doubles = new WeakMap();

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export const isInteger = (owner, name) => Number.isInteger(owner[name]) && !doubles.get(owner)?.has(name);

// An object with the members of others, the later ones in place of the earlier.
export const object = (...others) => Object.assign(Object.create(null), ...others);

export function without(value, ...names) {
  const copy = object(value);
  for (const name of names) delete copy[name];
  return copy;
}

// The value that I-JSON text stands for; the outermost object has depth 1. Throws FormatError with the reason for anything else.
export function parse(data, { maxBytes = MAX_BYTES, maxDepth = MAX_DEPTH } = {}) {
  if (data.length > maxBytes) throw new FormatError(`the document is larger than ${maxBytes.toLocaleString("en-US")} bytes`);
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new FormatError("the document is not UTF-8");
  }
  return new Reader(text, maxDepth).document();
}

class Reader {
  constructor(text, maxDepth) {
    this.text = text;
    this.at = 0;
    this.left = maxDepth;
    this.maxDepth = maxDepth;
  }

  document() {
    const value = this.value().value;
    this.take(BLANKS);
    if (this.at < this.text.length) this.refuse("Extra data");
    return value;
  }

  // A value, and whether it was written as a double.
  value() {
    this.take(BLANKS);
    const first = this.text[this.at];
    if (first === "{") return { value: this.nested(() => this.object()) };
    if (first === "[") return { value: this.nested(() => this.array()) };
    if (first === '"') return { value: this.string() };
    for (const [word, value] of [["true", true], ["false", false], ["null", null]]) if (this.skip(word)) return { value };
    for (const name of CONSTANTS) if (this.skip(name)) throw new FormatError(`${name} is not a JSON number`);
    return this.number();
  }

  nested(read) {
    if (this.left === 0) throw new FormatError(`the document is nested deeper than ${this.maxDepth}`);
    this.left -= 1;
    this.at += 1;
    const value = read();
    this.left += 1;
    return value;
  }

  object() {
    const found = Object.create(null);
    const written = new Set();
    this.take(BLANKS);
    if (this.skip("}")) return found;
    do {
      this.take(BLANKS);
      if (this.text[this.at] !== '"') this.refuse("Expecting property name enclosed in double quotes");
      const name = this.string();
      if (name in found) throw new FormatError(`the name '${name.slice(0, 40)}' stands twice in one object`);
      this.take(BLANKS);
      if (!this.skip(":")) this.refuse("Expecting ':' delimiter");
      const { value, double } = this.value();
      found[name] = value;
      if (double) written.add(name);
      this.take(BLANKS);
    } while (this.skip(","));
    if (!this.skip("}")) this.refuse("Expecting ',' delimiter");
    if (written.size) doubles.set(found, written);
    return found;
  }

  array() {
    const found = [];
    this.take(BLANKS);
    if (this.skip("]")) return found;
    do {
      found.push(this.value().value);
      this.take(BLANKS);
    } while (this.skip(","));
    if (!this.skip("]")) this.refuse("Expecting ',' delimiter");
    return found;
  }

  string() {
    this.at += 1;
    let found = this.take(PLAIN);
    while (!this.skip('"')) {
      if (!this.skip("\\")) this.refuse(this.at < this.text.length ? "Invalid control character" : "Unterminated string");
      found += this.escape() + this.take(PLAIN);
    }
    if (FORBIDDEN.test(found)) throw new FormatError("a string holds a lone surrogate or a noncharacter");
    return found;
  }

  escape() {
    if (this.skip("u")) {
      const digits = this.take(HEX);
      if (!digits) this.refuse("Invalid \\uXXXX escape");
      return String.fromCharCode(Number.parseInt(digits, 16));
    }
    const letter = ESCAPES.get(this.text[this.at]);
    if (letter === undefined) this.refuse("Invalid \\escape");
    this.at += 1;
    return letter;
  }

  number() {
    NUMBER.lastIndex = this.at;
    const found = NUMBER.exec(this.text);
    if (!found) this.refuse("Expecting value");
    this.at += found[0].length;
    const value = Number(found[0]);
    const double = found[1] !== undefined || found[2] !== undefined;
    if (!Number.isFinite(value) && double) throw new FormatError("a number is not finite");
    const size = Math.abs(value);
    // JCS writes these as integers, so the limit of integers applies: a reader cannot tell 1e17 from 100000000000000000.
    if (size > MAX_INTEGER && !(double && size >= FIRST_EXPONENT)) throw new FormatError(BEYOND);
    return { value, double };
  }

  take(pattern) {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [""];
    this.at += found.length;
    return found;
  }

  skip(word) {
    const found = this.text.startsWith(word, this.at);
    if (found) this.at += word.length;
    return found;
  }

  refuse(reason) {
    const lines = this.text.slice(0, this.at).split("\n");
    throw new FormatError(`the document is not JSON: ${reason} in line ${lines.length}, column ${lines.at(-1).length + 1}`);
  }
}

// The RFC 8785 form of a value that came from `parse`: strings and numbers as ECMAScript writes them, names by UTF-16 code units.
export function dump(value) {
  if (Array.isArray(value)) return `[${value.map((item) => dump(item)).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${dump(value[name])}`).join(",")}}`;
}

// How many objects and arrays are within each other, 0 for a bare value.
export function depth(value) {
  if (value === null || typeof value !== "object") return 0;
  let deepest = 0;
  for (const item of Array.isArray(value) ? value : Object.values(value)) deepest = Math.max(deepest, depth(item));
  return 1 + deepest;
}

// Whatever stands where a name should, as one: never the same as a string that it is not.
export function words(value) {
  if (typeof value === "string") return value;
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  return dump(value);
}
