// The modules of the in-browser verifier in Node: what to verify as a line of JSON on stdin, the report, or what was wrong with the question, on stdout.

import { createInterface } from "node:readline";

import { verify } from "../../browser/verifier.mjs";

for await (const line of createInterface({ input: process.stdin })) {
  const { document, ...given } = JSON.parse(line);
  const answer = await verify({ ...given, document: new Uint8Array(Buffer.from(document, "base64")) }).catch((error) => ({ fault: error.stack }));
  process.stdout.write(JSON.stringify(answer) + "\n");
}
