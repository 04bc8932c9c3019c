// Reads a list of N-Quads documents and writes the list of their canonical forms (RDFC-1.0, by rdf-canonize).
import {canonize} from 'rdf-canonize';
import {answer, question} from './libraries.mjs';

const options = {algorithm: 'RDFC-1.0', inputFormat: 'application/n-quads', format: 'application/n-quads', maxWorkFactor: 3};
answer(await Promise.all(question().map(document => canonize(document, options))));
