// A tree of given leaves by a peer from npm; says as JSON what it took.
//
// node trees.mjs PREFIX PACKAGE FILE: PREFIX is where the packages are installed, FILE holds 32-byte leaves, one after the other.
import {createHash} from 'node:crypto';
import fs from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const PROOFS = 100;
const [prefix, name, file] = process.argv.slice(2);
const require = createRequire(path.join(path.resolve(prefix), 'package.json'));
const {version} = JSON.parse(fs.readFileSync(path.join(prefix, 'node_modules', name, 'package.json'), 'utf8'));

const sha256 = data => createHash('sha256').update(data).digest();

// [root as hex, what makes a proof of the leaf at an index and tells whether it leads to the root]
const builders = {
  merkletreejs: leaves => {
    const {MerkleTree} = require('merkletreejs');
    const tree = new MerkleTree(leaves, sha256);
    const root = tree.getRoot();
    return [root.toString('hex'), index => MerkleTree.verify(tree.getProof(leaves[index], index), leaves[index], root, sha256)];
  },
  '@openzeppelin/merkle-tree': leaves => {
    const {SimpleMerkleTree} = require('@openzeppelin/merkle-tree');
    const tree = SimpleMerkleTree.of(leaves);
    return [tree.root.slice(2), index => SimpleMerkleTree.verify(tree.root, leaves[index], tree.getProof(index))];
  },
};

const data = fs.readFileSync(file);
const leaves = Array.from({length: data.length / 32}, (_, at) => data.subarray(32 * at, 32 * at + 32));
// Loading the package is not counted.
require(name);
const before = process.cpuUsage();
const start = performance.now();
const [root, proves] = builders[name](leaves);
const wall = (performance.now() - start) / 1e3;
const {user, system} = process.cpuUsage(before);
for(let number = 0; number < PROOFS; number++) {
  if(!proves(number * 7919 % leaves.length)) {
    throw new Error(`${name} does not prove its own leaves`);
  }
}
process.stdout.write(JSON.stringify({version, cpu: (user + system) / 1e6, wall, root}));
