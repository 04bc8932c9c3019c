// Reads a JSON list of N-Quads documents from stdin and writes the list of their canonical forms (RDFC-1.0, by rdf-canonize).
import {readFileSync, writeSync} from 'node:fs';
import {canonize} from 'rdf-canonize';

const options = {algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads', maxWorkFactor: 3};
const documents = JSON.parse(readFileSync(0, 'utf8'));
const forms = await Promise.all(documents.map(document => canonize(document, options)));
const answer = Buffer.from(JSON.stringify(forms));
for(let at = 0; at < answer.length;) {
  at += writeSync(1, answer, at);
}
