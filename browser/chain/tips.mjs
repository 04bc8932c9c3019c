// The two blocks that several nodes are read at: what a majority has reached as `finalized` and as `latest`.

import { Disagreement, Refused, WrongChain } from "../errors.mjs";
import { chainName } from "../core/account.mjs";
import { isObject } from "../core/canonical.mjs";
import { SECOND, formatTime, inCalendar } from "../core/moments.mjs";
import { NoSense, call, quantity, word } from "./rpc.mjs";

const MAX_APART = 120n * SECOND; // between the newest head and that of the majority: what is younger could be hidden

// The agreed blocks, {finalized, latest}, each {number, hash, time}.
export async function agreeOnTips(quorum, chainId) {
  const tips = await quorum.each((node) => own(node, chainId));
  // What a majority has reached, and not the lowest: one node that is late or lies must not lead the others back to before a revocation.
  const reached = (name) => tips.map((tip) => tip[name].number).sort((one, other) => other - one)[quorum.needed - 1];
  const [finalized, latest] = [reached("finalized"), reached("latest")];
  const about = `the blocks ${finalized} (finalized) and ${latest} (latest)`;
  const agreed = await quorum.agreed((node) => blocks(node, [finalized, latest]), about);
  const newest = tips.map((tip) => tip.latest.time).reduce((one, other) => (one > other ? one : other));
  if (newest - agreed.latest.time > MAX_APART) {
    const [ahead, behind] = [newest, agreed.latest.time].map((time) => formatTime(time).slice(11, 19));
    throw new Disagreement(`a node is at ${ahead}, the majority at ${behind}: which is right cannot be told`);
  }
  return agreed;
}

async function own(node, chainId) {
  const [found, finalized, latest] = await node.batch([call("eth_chainId", [], quantity), block("finalized"), block("latest")]);
  if (found !== chainId) throw new WrongChain(`${node.host} is on ${chainName(found)}, not on ${chainName(chainId)}`);
  const tips = { finalized: require(finalized, node, "finalized"), latest: require(latest, node, "latest") };
  if (tips.finalized.number > tips.latest.number) throw node.unreadable("eth_getBlockByNumber");
  return tips;
}

async function blocks(node, [finalized, latest]) {
  const [first, second] = await node.batch([block(`0x${finalized.toString(16)}`), block(`0x${latest.toString(16)}`)]);
  return { finalized: require(first, node, finalized), latest: require(second, node, latest) };
}

// Asks for a block by tag or number in hexadecimal.
export const block = (which) => call("eth_getBlockByNumber", [which, false], readBlock);

function readBlock(value) {
  if (value === null) return null;
  if (!isObject(value)) throw new NoSense("not a block");
  const number = quantity(value.number);
  const time = quantity(value.timestamp) * SECOND;
  if (number > BigInt(Number.MAX_SAFE_INTEGER) || !inCalendar(time)) throw new NoSense("not a block");
  return { number: Number(number), hash: word(value.hash), time };
}

export function require(found, node, which) {
  if (found === null) throw new Refused(`${node.host} does not know the block '${which}'`);
  return found;
}
