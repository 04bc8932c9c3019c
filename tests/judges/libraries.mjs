// What the judges share: the suites of @digitalbazaar, and a loader that knows the contexts we bundle, did:key, and nothing of the network.
import * as EcdsaMultikey from '@digitalbazaar/ecdsa-multikey';
import * as Ed25519Multikey from '@digitalbazaar/ed25519-multikey';
import * as ecdsaJcs from '@digitalbazaar/ecdsa-jcs-2019-cryptosuite';
import * as eddsaJcs from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import {cryptosuite as ecdsaRdfc} from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import {cryptosuite as eddsaRdfc} from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import {readFileSync, writeSync} from 'node:fs';

const folder = new URL('../../src/laurea/core/linked_data/contexts/', import.meta.url);
const index = JSON.parse(readFileSync(new URL('index.json', folder), 'utf8'));

export const multikeys = {'z6Mk': Ed25519Multikey, 'zDna': EcdsaMultikey};
const always = suite => ({sign: () => suite, verify: () => suite});
export const suites = {
  'eddsa-rdfc-2022': always(eddsaRdfc),
  'ecdsa-rdfc-2019': always(ecdsaRdfc),
  'eddsa-jcs-2022': {sign: eddsaJcs.createSignCryptosuite, verify: eddsaJcs.createVerifyCryptosuite},
  'ecdsa-jcs-2019': {sign: ecdsaJcs.createSignCryptosuite, verify: ecdsaJcs.createVerifyCryptosuite},
};

export async function documentLoader(url) {
  if(index[url]) {
    return {contextUrl: null, documentUrl: url, document: JSON.parse(readFileSync(new URL(index[url].file, folder), 'utf8'))};
  }
  if(url.startsWith('did:key:')) {
    return {contextUrl: null, documentUrl: url, document: url.includes('#') ? method(url) : controller(url)};
  }
  throw new Error(`not to be fetched: ${url}`);
}

function method(url) {
  const [did, name] = url.split('#');
  return {'@context': 'https://w3id.org/security/multikey/v1', id: url, type: 'Multikey', controller: did, publicKeyMultibase: name};
}

function controller(did) {
  const name = `${did}#${did.slice('did:key:'.length)}`;
  const contexts = ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'];
  return {'@context': contexts, id: did, verificationMethod: [method(name)], authentication: [name], assertionMethod: [name]};
}

export function question() {
  return JSON.parse(readFileSync(0, 'utf8'));
}

// process.stdout cuts what it writes to a pipe when the process ends.
export function answer(value) {
  const bytes = Buffer.from(JSON.stringify(value));
  for(let at = 0; at < bytes.length;) {
    at += writeSync(1, bytes, at);
  }
}

// stdout is for the answer alone.
console.log = console.error;
