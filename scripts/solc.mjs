#!/usr/bin/env node
// The pinned compiler of npm, which is WebAssembly, with the two faces of the native one that py-solc-x, forge and
// slither use: `--version` and `--standard-json`. Other flags (--allow-paths, --base-path) mean nothing to it.
import { readFileSync, writeSync } from "node:fs";
import solc from "solc";

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
  write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else {
  write(solc.compile(readFileSync(0, "utf8")));
}
