// Credentials through wrapDocuments of open-attestation; says as JSON what it took.
//
// node wrap.mjs PREFIX FILE: PREFIX is where the package is installed, FILE holds a credential a line.
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const NAME = '@govtechsg/open-attestation';
const [prefix, file] = process.argv.slice(2);
const {verifySignature, wrapDocuments} = createRequire(path.join(path.resolve(prefix), 'package.json'))(NAME);
const {version} = JSON.parse(fs.readFileSync(path.join(prefix, 'node_modules', NAME, 'package.json'), 'utf8'));

// The same members, and the list of issuers without which it takes no document.
const identityProof = {type: 'DNS-TXT', location: 'badges.example.edu'};
const issuers = [{name: 'Example University', documentStore: '0x' + '11'.repeat(20), identityProof}];
const documents = fs.readFileSync(file, 'utf8').trim().split('\n').map(line => ({...JSON.parse(line), issuers}));
wrapDocuments(documents.slice(0, 1)); // the schema is compiled
const before = process.cpuUsage();
const start = performance.now();
const wrapped = wrapDocuments(documents);
const wall = (performance.now() - start) / 1e3;
const {user, system} = process.cpuUsage(before);
if(![wrapped[0], wrapped.at(-1)].every(each => verifySignature(each))) {
  throw new Error(`${NAME} does not verify its own documents`);
}
process.stdout.write(JSON.stringify({version, cpu: (user + system) / 1e6, wall}));
