#!/usr/bin/env node
// npm's pinned compiler, which is WebAssembly, with the two faces of the native one that py-solc-x, forge and slither
// use: `--version` and `--standard-json`. Other flags (--allow-paths, --base-path) mean nothing to it.
import { readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";

// Forge asks each time it starts: the answer is given without loading megabytes, and checked when it compiles.
const VERSION = "0.8.35+commit.47b9dedd";

function write(text) {
  for (let rest = Buffer.from(text); rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(1, rest));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error; // The pipe is full: try again.
    }
  }
}

if (process.argv.includes("--version")) {
  write(`solc, the solidity compiler commandline interface\nVersion: ${VERSION}.Emscripten.clang\n`);
} else {
  const solc = createRequire(import.meta.url)("solc");
  if (!solc.version().startsWith(VERSION)) throw new Error(`npm's solc is ${solc.version()}, not ${VERSION}`);
  write(solc.compile(readFileSync(0, "utf8")));
}
