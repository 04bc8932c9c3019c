// Reads a list of cases and writes, for each, null when the judge accepts it, else why not.
// A case: {judge: 'digitalbazaar' | 'dcc', document, suite, challenge, domain, lists}; a presentation is told by its type.
import {DataIntegrityProof} from '@digitalbazaar/data-integrity';
import * as vc from '@digitalbazaar/vc';
import {checkStatus} from '@digitalbazaar/vc-bitstring-status-list';
import * as dcc from '@digitalcredentials/verifier-core';
import {answer, documentLoader, question, suites} from './libraries.mjs';

// The status lists of the case that is being judged: all that there is of the web.
let lists = {};

globalThis.fetch = async request => {
  const url = request.url ?? String(request);
  if(lists[url]) {
    return new Response(JSON.stringify(lists[url]), {headers: {'content-type': 'application/json'}});
  }
  throw new Error(`not to be fetched: ${url}`);
};

async function loader(url) {
  return lists[url] ? {contextUrl: null, documentUrl: url, document: lists[url]} : documentLoader(url);
}

function words(error) {
  const all = [error, ...(error?.errors ?? [])].filter(Boolean);
  return all.map(each => `${each.name ?? 'Error'}: ${each.message?.message ?? each.message ?? each}`).join('; ') || 'refused without a reason';
}

async function byDigitalBazaar({document, suite: name, challenge, domain}) {
  // What is presented is by another key and suite than the presentation.
  const names = document.type.includes('VerifiablePresentation') ? [name, 'eddsa-rdfc-2022'] : [name];
  const suite = [...new Set(names)].map(each => new DataIntegrityProof({cryptosuite: suites[each].verify()}));
  const status = options => checkStatus({...options, suite, documentLoader: loader});
  const result = document.type.includes('VerifiablePresentation') ?
    await vc.verify({presentation: document, suite, challenge, domain, documentLoader: loader, checkStatus: status}) :
    await vc.verifyCredential({credential: document, suite, documentLoader: loader, checkStatus: status});
  // It leaves it to its caller what a status that is set means.
  const set = result.statusResult?.results?.filter(each => each.status) ?? [];
  if(result.verified && set.length) {
    return `its status is set: ${set.map(each => each.credentialStatus.statusPurpose)}`;
  }
  return result.verified ? null : words(result.error ?? result.presentationResult?.error);
}

async function byVerifierCore({document, challenge}) {
  if(document.type.includes('VerifiablePresentation')) {
    const result = await dcc.verifyPresentation({presentation: document, challenge, knownDIDRegistries: []});
    const good = result.presentationResult?.signature === 'valid' && result.credentialResults.every(each => complaints(each) === null);
    return good ? null : words({errors: result.errors ?? result.presentationResult?.errors});
  }
  return complaints(await dcc.verifyCredential({credential: document, knownDIDRegistries: []}));
}

// It leaves the verdict to its caller, and finds no issuer in registries that it is not given.
function complaints(result) {
  if(result.errors) {
    return words({errors: result.errors});
  }
  const bad = (result.log ?? []).filter(step => !step.valid && step.id !== 'registered_issuer');
  return bad.length || !result.log?.length ? bad.map(step => step.id).join(', ') || 'nothing was checked' : null;
}

const judges = {digitalbazaar: byDigitalBazaar, dcc: byVerifierCore};
const answers = [];
for(const each of question()) {
  lists = each.lists;
  answers.push(await judges[each.judge](each).catch(words));
}
answer(answers);
