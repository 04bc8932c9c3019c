// Proofs as text by the package of npm; says as JSON what it took.
//
// node proofs.mjs ROOT FILE: ROOT has the package in its node_modules, FILE holds a proof a line, as JSON.
import fs from 'node:fs';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const NAME = '@blockcerts/lds-merkle-proof-2019';
const [root, file] = process.argv.slice(2);
const home = path.join(path.resolve(root), 'node_modules', NAME);
const {version} = JSON.parse(fs.readFileSync(path.join(home, 'package.json'), 'utf8'));
const {Encoder, Decoder} = await import(pathToFileURL(path.join(home, 'src/index.js')));
const proofs = fs.readFileSync(file, 'utf8').trim().split('\n').map(line => JSON.parse(line));

const cpu = process.cpuUsage();
const wall = performance.now();
const written = proofs.map(proof => new Encoder(proof).encode());
const spent = process.cpuUsage(cpu);
const took = performance.now() - wall;
if(proofs.some((proof, index) => index % 100 === 0 && new Decoder(written[index]).decode().targetHash !== proof.targetHash)) {
  throw new Error(`${NAME} does not read its own proofs`);
}
process.stdout.write(JSON.stringify({version, cpu: (spent.user + spent.system) / 1e6, wall: took / 1e3}));
