// The published verifier of Blockcerts, as it is: its own bundle for Node, asked about documents.
//
// Question: {rpc, pages, documents}: the URL of a node, what is found at which URL (the profile, the revocation list), the documents.
// Answer: {version, answers: [{status, message, steps: [{code, status, message}], fetched: [URL]}]}.
//
// What it fetches is answered from `pages`, by URL without query, and from nowhere else. Transactions are looked up by an explorer of our own, which is
// what its option `explorerAPIs` is for: it asks the node.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';

const require = createRequire(import.meta.url);
const home = new URL('../../node_modules/@blockcerts/cert-verifier-js/', import.meta.url);
const answerOnly = process.stdout.write.bind(process.stdout);
for(const name of ['log', 'warn', 'error', 'info']) {
  console[name] = () => {};
}
const {version} = JSON.parse(readFileSync(new URL('package.json', home), 'utf8'));
const {Certificate} = require(new URL('dist/verifier-node/index.js', home).pathname);
const {rpc, pages, documents} = JSON.parse(readFileSync(0, 'utf8'));

const network = globalThis.fetch;
let fetched = [];
globalThis.fetch = async url => {
  const name = String(url).replace(/[?].*$/, '');
  fetched.push(name);
  return name in pages ? new Response(pages[name]) : new Response('there is nothing here', {status: 404});
};

async function call(method, ...params) {
  const response = await network(rpc, {
    method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({jsonrpc: '2.0', id: 1, method, params})
  });
  const {result, error} = await response.json();
  if(error || !result) {
    throw new Error(error?.message ?? `nothing for ${method}`);
  }
  return result;
}

// What its own function for RPC does (explorer-lookup, ethereum.ts), but for a hash that has its 0x already.
async function parsingFunction({transactionId}) {
  const hash = transactionId.startsWith('0x') ? transactionId : `0x${transactionId}`;
  const transaction = await call('eth_getTransactionByHash', hash);
  const block = await call('eth_getBlockByNumber', transaction.blockNumber, false);
  return {
    remoteHash: transaction.input.replace(/^0x/, ''),
    issuingAddress: transaction.from,
    time: new Date(parseInt(block.timestamp, 16) * 1000),
    revokedAddresses: []
  };
}

async function ask(document) {
  fetched = [];
  const steps = [];
  try {
    const explorerAPIs = [{apiType: 'rpc', chainType: 'eth', serviceName: 'node', serviceURL: rpc, priority: 0, parsingFunction}];
    const certificate = new Certificate(document, {explorerAPIs, locale: 'en-US'});
    await certificate.init();
    const {status, message} = await certificate.verify(({code, status, errorMessage}) => steps.push({code, status, message: errorMessage ?? ''}));
    return {status, message: typeof message === 'string' ? message : message.label, steps, fetched};
  } catch(error) {
    return {status: 'failure', message: String(error.message), steps, fetched};
  }
}

const answers = [];
for(const document of documents) {
  answers.push(await ask(document));
}
answerOnly(JSON.stringify({version, answers}), () => process.exit(0));
