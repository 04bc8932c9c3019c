// Asks cert-verifier-js: reads a list of cases and writes, for each, what it says, in its own words.
// A case: {document, pages: {url: text}, rpc}; all that there is of the web are the pages, and a transaction is looked up at the RPC.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';

const root = new URL('../../', import.meta.url);
const require = createRequire(root);
const web = globalThis.fetch;
let pages = {};

for(const name of ['log', 'warn', 'error', 'info', 'debug']) {
  console[name] = () => {};
}

globalThis.fetch = async request => {
  const url = (request.url ?? String(request)).replace(/[?&]assertionId=.*$/, '');
  if(url in pages) {
    return new Response(pages[url], {headers: {'content-type': 'application/json'}});
  }
  throw new Error(`not to be fetched: ${url}`);
};

const {Certificate} = require('./node_modules/@blockcerts/cert-verifier-js/dist/verifier-node/index.js');

async function ask(rpc, method, params) {
  const response = await web(rpc, {
    method: 'POST', headers: {'content-type': 'application/json'}, body: JSON.stringify({jsonrpc: '2.0', id: 1, method, params})
  });
  return (await response.json()).result;
}

// As the parsing function for Ethereum that it brings does, which takes no http URL.
function explorer(rpc) {
  return {
    serviceURL: rpc, priority: 0, apiType: 'rpc', chainType: 'eth',
    parsingFunction: async ({transactionId}) => {
      const tx = await ask(rpc, 'eth_getTransactionByHash', [`0x${transactionId.replace(/^0x/, '')}`]);
      const block = await ask(rpc, 'eth_getBlockByNumber', [tx.blockNumber, true]);
      return {
        remoteHash: tx.input.replace(/^0x/, ''), issuingAddress: tx.from, time: new Date(parseInt(block.timestamp, 16) * 1000),
        revokedAddresses: []
      };
    }
  };
}

async function judge(each) {
  pages = each.pages;
  const certificate = new Certificate(each.document, {locale: 'en-US', explorerAPIs: [explorer(each.rpc)]});
  await certificate.init();
  const {status, message} = await certificate.verify();
  return {status, words: typeof message === 'string' ? message : `${message.label}. ${message.description}`.replace(/[.]+ /g, '. ')};
}

const answers = [];
for(const each of JSON.parse(readFileSync(0, 'utf8'))) {
  const began = performance.now();
  const found = await judge(each).catch(error => ({status: 'error', words: String(error.message ?? error)}));
  answers.push({...found, milliseconds: performance.now() - began});
}
process.stdout.write(JSON.stringify(answers));
