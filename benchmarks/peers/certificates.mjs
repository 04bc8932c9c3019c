// Documents of Blockcerts v3 through cert-verifier-js, network aside; says as JSON what it took.
//
// node certificates.mjs ROOT FILE: ROOT is where the package is installed; FILE has what is told in the first line, then a document a line.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const NAME = '@blockcerts/cert-verifier-js';
const [root, file] = process.argv.slice(2);
const folder = path.join(path.resolve(root), 'node_modules', NAME);
const [first, ...documents] = fs.readFileSync(file, 'utf8').trim().split('\n');
const told = JSON.parse(first);
for(const name of ['log', 'warn', 'error', 'info', 'debug']) {
  console[name] = () => {};
}
globalThis.fetch = async url => new Response(JSON.stringify(told.pages[String(url).replace(/[?]assertionId=.*$/, '')]));
const {Certificate} = createRequire(path.join(path.resolve(root), 'package.json'))(path.join(folder, 'dist/verifier-node/index.js'));
const parsingFunction = async () => ({
  remoteHash: told.root, issuingAddress: told.account, time: new Date(told.time * 1000), revokedAddresses: []
});

async function status(text) {
  const explorerAPIs = [{serviceURL: 'https://rpc.example', priority: 0, apiType: 'rpc', chainType: 'eth', parsingFunction}];
  const certificate = new Certificate(JSON.parse(text), {locale: 'en-US', explorerAPIs});
  await certificate.init();
  return (await certificate.verify()).status;
}

await status(documents[0]); // modules are loaded
const before = process.cpuUsage();
const start = performance.now();
const found = [];
for(const each of documents) {
  found.push(await status(each));
}
const wall = (performance.now() - start) / 1e3;
const {user, system} = process.cpuUsage(before);
const altered = await status(documents.at(-1).replace('"name": "Learner', '"name": "Eve'));
if(found.some(each => each !== 'success') || altered === 'success') {
  throw new Error(`${NAME} does not verify what it should`);
}
const {version} = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
process.stdout.write(JSON.stringify({version, cpu: (user + system) / 1e6, wall}));
