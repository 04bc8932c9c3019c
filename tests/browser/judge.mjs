// The judge of the differential tests: one question a line as JSON on stdin, one answer a line on stdout. It calls the very modules of the page.

import { createInterface } from "node:readline";

import { dump, parse } from "../../browser/core/canonical.mjs";
import { examine } from "../../browser/core/checks.mjs";
import { split } from "../../browser/core/claims.mjs";
import { Credential } from "../../browser/core/credential.mjs";
import { parseTime } from "../../browser/core/moments.mjs";
import { rootProblem, anchorProof } from "../../browser/core/proof.mjs";
import { problems } from "../../browser/core/openbadge/model.mjs";
import { readOne } from "../../browser/core/presentation.mjs";

import { readLists } from "../../browser/core/status.mjs";
import { readTrust } from "../../browser/core/trust.mjs";
import { judge } from "../../browser/core/verify.mjs";
import { verify, verifyPresentation } from "../../browser/verifier.mjs";
import { InputError } from "../../browser/errors.mjs";

const bytes = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

const questions = {
  // The report about a document, from facts that are given as the report has them.
  report: async ({ document, facts, trust, canonical, demand, at, lists }) => {
    const trusted = await readTrust(trust.map(bytes), { canonical: "0x", demand });
    trusted.canonical = new Set(canonical);
    return judge(examine(readOne(bytes(document))), facts && factsOf(facts), trusted, { at: parseTime(at), lists: readLists(lists.map(bytes)) });
  },
  canonical: ({ text, maxDepth }) => dump(parse(bytes(text), { maxDepth })),
  problems: ({ document, partial }) => problems(parse(bytes(document)), { partial }),
  // The claims of a credential, and "" when they lead to the root in its proof.
  integrity: async ({ document }) => {
    const credential = Credential.of(parse(bytes(document)));
    const claims = split(credential.document);
    return { pointers: claims.map(([pointer]) => pointer), problem: await rootProblem(anchorProof(credential), claims) };
  },
  trust: async ({ document, signer }) => [...(await readTrust([bytes(document)], { canonical: "0x", signer })).issuers.keys()],
  time: ({ text }) => parseTime(text).toString(),
  verify: (given) => verify(given),
  verifyPresentation: (given) => verifyPresentation(given),
};

function factsOf(document) {
  const { chain, registry, issuerId, root, index, readAt, trouble, sources, by, finalized, latest, revokedAt, history } = document;
  return {
    ref: { chainId: BigInt(chain.slice("eip155:".length)), registry, issuerId, root },
    index,
    readAt: readAt === undefined ? null : parseTime(readAt),
    trouble: trouble ?? "",
    revokedAt: revokedAt === undefined ? null : parseTime(revokedAt),
    history: history ?? "",
    sources,
    by: by ?? null,
    finalized: viewOf(finalized),
    latest: viewOf(latest),
  };
}

function viewOf(view) {
  if (view === undefined) return null;
  const anchor = view.anchor && { ...view.anchor, revoked: view.anchor.batchRevoked };
  return { ...view, block: { ...view.block, time: parseTime(view.block.time) }, anchor };
}

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...given } = JSON.parse(line);
  let answer;
  try {
    answer = { answer: await questions[ask](given) };
  } catch (error) {
    answer = error instanceof InputError ? { refused: error.message } : { fault: error.stack };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
