// Bytes and the texts that stand for them: hexadecimal, base64url, base 58; and SHA-256.

import { FormatError } from "./errors.mjs";

const BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const encoder = new TextEncoder();

export const utf8 = (text) => encoder.encode(text);

export function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

export async function sha256(...parts) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", concat(...parts)));
}

export const hex = (raw) => "0x" + Array.from(raw, (byte) => byte.toString(16).padStart(2, "0")).join("");

// The bytes of "0x" and an even number of digits, which the caller has seen.
export function fromHex(text) {
  const raw = new Uint8Array(text.length / 2 - 1);
  for (let at = 0; at < raw.length; at++) raw[at] = Number.parseInt(text.slice(2 * at + 2, 2 * at + 4), 16);
  return raw;
}

// A whole number, big-endian, in so many bytes.
export function bigEndian(number, size) {
  const raw = new Uint8Array(size);
  let left = BigInt(number);
  for (let at = size - 1; at >= 0; at--) {
    raw[at] = Number(left & 0xffn);
    left >>= 8n;
  }
  return raw;
}

export const toBigInt = (raw) => (raw.length ? BigInt(hex(raw)) : 0n);

// Fixed pieces of a run of bytes, whose length is a multiple of theirs.
export const pieces = (raw, size) => Array.from({ length: raw.length / size }, (_, at) => raw.subarray(at * size, (at + 1) * size));

// Bytes in base64url without padding; throws FormatError for anything that is not their one text.
export function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length % 4 === 1) throw new FormatError("this is not base64url");
  const raw = Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
  if (toBase64url(raw) !== text) throw new FormatError("this is not base64url in its canonical form");
  return raw;
}

function toBase64url(raw) {
  const letters = Array.from(raw, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

export function toBase58(raw) {
  let number = toBigInt(raw);
  let digits = "";
  for (; number; number /= 58n) digits = BASE58[Number(number % 58n)] + digits;
  const first = raw.findIndex((byte) => byte !== 0);
  return BASE58[0].repeat(first < 0 ? raw.length : first) + digits;
}

// Bytes in base 58, null for what is none.
export function fromBase58(text) {
  let number = 0n;
  for (const letter of text) {
    const digit = BASE58.indexOf(letter);
    if (digit < 0) return null;
    number = number * 58n + BigInt(digit);
  }
  const zeros = text.length - text.replace(/^1+/, "").length;
  const digits = number ? number.toString(16) : "";
  return concat(new Uint8Array(zeros), fromHex("0x" + (digits.length % 2 ? "0" : "") + digits));
}

const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
  let left = byte;
  for (let bit = 0; bit < 8; bit++) left = left & 1 ? 0xedb88320 ^ (left >>> 1) : left >>> 1;
  return left;
});

// The checksum of PNG and GZIP (RFC 1952, 8).
export function crc32(raw) {
  let sum = 0xffffffff;
  for (const byte of raw) sum = CRC[(sum ^ byte) & 0xff] ^ (sum >>> 8);
  return ~sum >>> 0;
}
