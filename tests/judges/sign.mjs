// Reads a list of {document, suite, key: {publicKeyMultibase, secretKeyMultibase}, challenge, domain} and writes each document, signed.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as vc from '@digitalbazaar/vc';
import {answer, documentLoader, multikeys, question, suites} from './libraries.mjs';

const answers = [];
for(const {document, suite: name, key, challenge, domain} of question()) {
  const controller = `did:key:${key.publicKeyMultibase}`;
  const multikey = multikeys[key.publicKeyMultibase.slice(0, 4)];
  const pair = await multikey.from({
    '@context': 'https://w3id.org/security/multikey/v1', type: 'Multikey', id: `${controller}#${key.publicKeyMultibase}`, controller, ...key});
  const suite = new DataIntegrityProof({signer: pair.signer(), cryptosuite: suites[name].sign()});
  answers.push(document.type.includes('VerifiablePresentation') ?
    await vc.signPresentation({presentation: document, suite, challenge, domain, documentLoader}) :
    await vc.issue({credential: document, suite, documentLoader}));
}
answer(answers);
