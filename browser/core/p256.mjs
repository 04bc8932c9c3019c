// The curve P-256 (SEC 2, 2.4.2): from a compressed point, as a Multikey has it, to a whole one, as WebCrypto takes it.

import { bigEndian, concat, toBigInt } from "../bytes.mjs";

export const PUBLIC_BYTES = 33; // a compressed point (SEC 1, 2.3.3)
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

// The whole point, 65 bytes, of a compressed one; null when it is not on the curve.
export function decompress(public_) {
  const [sign, x] = [public_[0], toBigInt(public_.subarray(1))];
  if (public_.length !== PUBLIC_BYTES || (sign !== 2 && sign !== 3) || x >= P) return null;
  const square = (((x * x - 3n) % P) * x + B) % P;
  const root = power((square + P) % P, (P + 1n) / 4n); // for P is 3 modulo 4
  if ((root * root - square) % P !== 0n) return null;
  const y = root % 2n === BigInt(sign - 2) ? root : P - root;
  return concat(new Uint8Array([4]), bigEndian(x, 32), bigEndian(y, 32));
}

function power(base, exponent) {
  let result = 1n;
  for (let factor = base, left = exponent; left; left >>= 1n, factor = (factor * factor) % P) {
    if (left & 1n) result = (result * factor) % P;
  }
  return result;
}
