// EdDSA over compact JWTs by did:key, for callbacks of libraries that leave keys to their callers.
import * as base58 from 'base58-universal';
import {createPrivateKey, createPublicKey, sign, verify} from 'node:crypto';

const text = bytes => Buffer.from(bytes).toString('base64url');

function publicKey(didUrl) {
  const raw = base58.decode(didUrl.split('#')[1].slice(1)).slice(2); // behind the multicodec
  return createPublicKey({key: {kty: 'OKP', crv: 'Ed25519', x: text(raw)}, format: 'jwk'});
}

export function isSigned(compact, didUrl) {
  const [header, payload, signature] = compact.split('.');
  return verify(null, Buffer.from(`${header}.${payload}`), publicKey(didUrl), Buffer.from(signature, 'base64url'));
}

// `seed` in hex, 32 bytes.
export function signed(header, payload, seed) {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(seed, 'hex')]);
  const input = `${text(JSON.stringify(header))}.${text(JSON.stringify(payload))}`;
  return `${input}.${text(sign(null, Buffer.from(input), createPrivateKey({key: der, format: 'der', type: 'pkcs8'})))}`;
}
