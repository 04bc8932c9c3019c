// A sealed document: fetched from its host, and opened with the key behind the # of its link, which no server sees (docs/sharing.md).

const PURPOSE = new TextEncoder().encode("laurea/share");
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const END = 0x80;
const SMALLEST = 1 << 12;
const LARGEST = 1 << 20;

// Why something is not shown: the name of its words.
export class Trouble extends Error {
  constructor(name) {
    super(name);
    this.name = name;
  }
}

export function keyOf(fragment) {
  const found = /^#k=([A-Za-z0-9_-]{43})$/.exec(fragment);
  if (!found) throw new Trouble("noKey");
  return bytesOf(found[1]);
}

export async function unseal(sealed, key) {
  const whole = sealed.length >= SMALLEST && sealed.length <= LARGEST && (sealed.length & (sealed.length - 1)) === 0;
  if (!whole || sealed[0] !== VERSION) throw new Trouble("damaged");
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["decrypt"]);
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const options = { name: "AES-GCM", iv: nonce, additionalData: new Uint8Array([...PURPOSE, VERSION]), tagLength: TAG_BYTES * 8 };
  let padded;
  try {
    padded = new Uint8Array(await crypto.subtle.decrypt(options, aes, sealed.subarray(1 + NONCE_BYTES)));
  } catch {
    throw new Trouble("wrongKey");
  }
  const end = padded.findLastIndex((byte) => byte !== 0);
  if (end < 0 || padded[end] !== END) throw new Trouble("damaged");
  return padded.subarray(0, end);
}

function bytesOf(base64url) {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export async function fetched(url) {
  let answer;
  try {
    const options = { method: "POST", credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache: "no-store" };
    answer = await fetch(url, options);
    if (answer.ok) return new Uint8Array(await answer.arrayBuffer());
  } catch {
    throw new Trouble("unreachable");
  }
  throw new Trouble(answer.status === 404 ? "ended" : "unreachable");
}
