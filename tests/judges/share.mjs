// Seals and opens shares with WebCrypto: opening is what the page does, sealing is written from docs/sharing.md alone.
import { readFileSync } from "node:fs";
import { keyOf, unseal } from "../../src/laurea/web/static/sealed.mjs";

const bytes = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const text = (raw) => Buffer.from(raw).toString("base64url");

async function seal({ document, key, nonce }) {
  const content = bytes(document);
  let size = 4096;
  while (size < 1 + 12 + content.length + 1 + 16) size *= 2;
  const padded = new Uint8Array(size - 1 - 12 - 16);
  padded.set(content);
  padded[content.length] = 0x80;
  const aes = await crypto.subtle.importKey("raw", bytes(key), "AES-GCM", false, ["encrypt"]);
  const additionalData = new Uint8Array([...Buffer.from("laurea/share"), 1]);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: bytes(nonce), additionalData }, aes, padded);
  return text(Buffer.concat([Buffer.from([1]), bytes(nonce), Buffer.from(sealed)]));
}

async function open({ sealed, key }) {
  try {
    return { document: text(await unseal(bytes(sealed), keyOf(`#k=${key}`))) };
  } catch (error) {
    return { trouble: error.name };
  }
}

const asked = JSON.parse(readFileSync(0));
const answer = { sealed: [], opened: [] };
for (const each of asked.seal ?? []) answer.sealed.push(await seal(each));
for (const each of asked.open ?? []) answer.opened.push(await open(each));
process.stdout.write(JSON.stringify(answer));
