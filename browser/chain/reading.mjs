// One reading of the registry: what it says about one leaf, everything at the same two blocks.

import { fromHex, hex, sha256 } from "../bytes.mjs";
import { CODE_SHA256 } from "../constants.mjs";
import { ChainError, Refused, Unreachable, WrongChain } from "../errors.mjs";
import { chainName } from "../core/account.mjs";
import { Quorum } from "./quorum.mjs";
import { NoSense, Rpc } from "./rpc.mjs";
import { agreeOnTips } from "./tips.mjs";
import * as views from "./views.mjs";

const ATTEMPTS = 2; // an honest node refuses, or contradicts another, when the head moves between two questions

// The nodes at some URLs, each once: one URL given twice is one opinion. Throws InputError for what is no URL.
export const nodesAt = (urls) => [...new Set(urls)].map((url) => new Rpc(url));

// Facts about the leaf of a proof; never throws for what nodes do or fail to do. `readAt` is the reader's clock.
export async function readFacts(nodes, anchoring, readAt) {
  const { chainId, registry, issuerId, root, index } = anchoring;
  const nothing = { finalized: null, latest: null, readAt: null, trouble: "", sources: [], by: null, revokedAt: null, history: "" };
  const facts = { ref: { chainId, registry, issuerId, root }, index, ...nothing };
  if (!nodes.length) return { ...facts, trouble: `no RPC URL is known for chain ${chainName(chainId)}` };
  try {
    return { ...facts, readAt, ...(await attempts(nodes, anchoring)) };
  } catch (error) {
    if (error instanceof ChainError) return { ...facts, readAt, trouble: `chain ${chainName(chainId)}: ${error.message}` };
    throw error;
  }
}

async function attempts(nodes, anchoring) {
  for (let left = ATTEMPTS; ; left--) {
    try {
      return await read(new Quorum(nodes), anchoring);
    } catch (error) {
      if (!(error instanceof Refused) || left === 1) throw error;
    }
  }
}

async function read(quorum, { chainId, registry, issuerId, root, index }) {
  const tips = await agreeOnTips(quorum, chainId);
  const asked = new Asked(quorum, registry, tips);
  const batch = views.batch(issuerId, root);
  const profile = views.profile(issuerId);
  const word = views.revoked(issuerId, root, Math.floor(index / views.CREDENTIALS_A_WORD));
  await asked.ask([batch, profile, word]);
  const names = ["finalized", "latest"];
  const anchors = names.map((name) => asked.answer(name, batch));
  await asked.ask(anchors.filter((anchor) => anchor !== null).map((anchor) => views.compromisedFrom(anchor.key)));
  const found = names.map((name, at) => ({
    block: tips[name],
    anchor: anchors[at] && { ...anchors[at], compromisedFrom: asked.answer(name, views.compromisedFrom(anchors[at].key)) },
    revoked: ((asked.answer(name, word) >> BigInt(index % views.CREDENTIALS_A_WORD)) & 1n) === 1n,
    profile: asked.answer(name, profile),
  }));
  return { finalized: found[0], latest: found[1], sources: quorum.hosts, by: "call" };
}

// What the registry answered at both blocks, by calldata, unread.
class Asked {
  #answers = { finalized: new Map(), latest: new Map() };

  constructor(quorum, registry, tips) {
    Object.assign(this, { quorum, registry, tips });
  }

  async ask(questions) {
    const calldata = [...new Set(questions.map((each) => each.data))];
    if (!calldata.length) return;
    const calls = ["finalized", "latest"].flatMap((name) => {
      const { hash } = this.tips[name];
      return [views.code(this.registry, hash), ...calldata.map((data) => views.ask(this.registry, data, hash))];
    });
    const half = calls.length / 2;
    const about = `the registry at block ${this.tips.finalized.number} or ${this.tips.latest.number}`;
    const answers = await this.quorum.agreed(async (node) => {
      const found = await node.batch(calls);
      for (const code of [found[0], found[half]]) await checkCode(code, this.registry, node.host);
      return found;
    }, about);
    calldata.forEach((data, at) => {
      this.#answers.finalized.set(data, answers[1 + at]);
      this.#answers.latest.set(data, answers[half + 1 + at]);
    });
  }

  answer(name, question) {
    try {
      return question.read(this.#answers[name].get(question.data));
    } catch (error) {
      if (error instanceof NoSense) throw new Unreachable(`the registry gave no sensible answer at block ${this.tips[name].number}`);
      throw error;
    }
  }
}

// Throws WrongChain unless `found` is exactly the code that we know. Its SHA-256 is compared: browsers have no Keccak.
async function checkCode(found, address, host) {
  if (found === "0x") throw new WrongChain(`${host} has no contract at ${address}`);
  if (hex(await sha256(fromHex(found))) !== CODE_SHA256) throw new WrongChain(`${host} has another contract than the registry at ${address}`);
}
