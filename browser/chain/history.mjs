// When something was revoked: the registry's `Revoked` and `BatchRevoked` events, read alike by the quorum.
//
// Nothing but the events says when. A node can neither invent one that the others do not have, nor hide one to any use: a revocation that no
// event explains counts for every moment.

import { EVENTS } from "../constants.mjs";
import { ChainError, Refused, Unreachable } from "../errors.mjs";
import { isObject } from "../core/canonical.mjs";
import { isBatchRevoked, isRevoked, sameRevocations } from "../core/revocation_check.mjs";
import { Quorum } from "./quorum.mjs";
import { NoSense, call, data, quantity, word } from "./rpc.mjs";
import { block, require } from "./tips.mjs";
import { CREDENTIALS_A_WORD, wordAt } from "./views.mjs";

const WIDTHS = [Infinity, 10_000, 1_000]; // blocks that are asked for at once: all, and what public nodes answer
const MOST_RANGES = 1_000; // of one root, at one node
const MOST_EVENTS = 100_000; // of one root
const FIRST_STEP = 4_096; // blocks back from the newest: at twelve seconds a block about half a day
const WAYS = 16; // that are looked at in one request, between blocks before a moment and after it

// Facts about what is revoked with `revokedAt`, if that was after a moment, and else with why it is not known; never throws for what nodes do.
export async function withRevokedAt(nodes, facts, after) {
  const { finalized: final, latest } = facts;
  if (!final || !latest || !isRevoked(latest)) return facts;
  if (!sameRevocations(final, latest)) return { ...facts, history: "it is not final yet" };
  try {
    const events = await eventsOf(nodes, facts.ref, final.block, after);
    return { ...facts, revokedAt: await firstTime(nodes, events, facts) };
  } catch (error) {
    if (error instanceof ChainError) return { ...facts, history: error.message };
    throw error;
  }
}

// The events of a root in blocks that are final and younger than `after`.
async function eventsOf(nodes, ref, final, after) {
  const ask = async (node) => {
    const [found] = await node.batch([block(hex(final.number))]);
    if (require(found, node, final.number).hash !== final.hash) throw new Refused(`${node.host} has another block ${final.number} now`);
    return logs(node, ref, { start: await firstAfter(node, final.number, after), stop: final.number + 1 });
  };
  return new Quorum(nodes).agreed(ask, `the revocations of the root ${ref.root}`);
}

// When the first of what is revoked was; null when the events do not explain all of it.
async function firstTime(nodes, events, { finalized, index }) {
  const names = ({ word: at, mask }) => at === BigInt(Math.floor(index / CREDENTIALS_A_WORD)) && (mask >> BigInt(index % CREDENTIALS_A_WORD)) & 1n;
  const found = [
    ...(finalized.revoked ? [events.filter((each) => each.word !== null && names(each))] : []),
    ...(isBatchRevoked(finalized) ? [events.filter((each) => each.word === null)] : []),
  ];
  if (found.some((each) => each.length > 1)) {
    throw new Refused("the nodes name two events for one revocation, of which the registry makes one");
  }
  if (!found.every((each) => each.length)) return null;
  const times = [];
  for (const [event] of found) times.push(await timeOf(nodes, event));
  return times.reduce((one, other) => (one < other ? one : other));
}

async function timeOf(nodes, event) {
  const ask = async (node) => require((await node.batch([block(hex(event.block))]))[0], node, event.block);
  const found = await new Quorum(nodes).agreed(ask, `the block ${event.block}`);
  if (found.hash !== event.blockHash) throw new Refused(`the nodes name an event of a block ${event.block} that they do not have`);
  return found.time;
}

// The number of the first block that is younger than a moment, `newest` + 1 when none is. A block that the node does not have, such as one that
// it no longer keeps, counts as older: what is missed for that counts as revoked.
async function firstAfter(node, newest, after) {
  // How many of some blocks, the youngest of them last, are not younger.
  const older = async (numbers) => {
    const found = await node.batch(numbers.map((number) => block(hex(number))));
    const first = found.findIndex((each) => each !== null && each.time > after);
    return first < 0 ? numbers.length : first;
  };
  let [step, high] = [FIRST_STEP, newest + 1];
  let low = Math.max(0, high - step);
  while (low && (await older([low])) === 0) {
    [high, step] = [low, 4 * step];
    low = Math.max(0, high - step);
  }
  while (low < high) {
    const span = high - low;
    const probes = [...new Set(Array.from({ length: WAYS }, (_, part) => low + Math.floor((span * part) / WAYS)))];
    const count = await older(probes);
    [low, high] = [count ? probes[count - 1] + 1 : low, count < probes.length ? probes[count] : high];
  }
  return low;
}

// The events of some blocks, by ranges that are as long as the node answers.
async function logs(node, ref, blocks) {
  const found = [];
  let { start } = blocks;
  let trouble = "";
  for (const width of WIDTHS) {
    const left = (blocks.stop - start).toLocaleString("en-US");
    if (Math.floor((blocks.stop - start) / width) > MOST_RANGES) {
      throw new Refused(`${node.host} answers for too few blocks at once, of ${left} that were to be looked through${trouble}`);
    }
    try {
      for (; start < blocks.stop; start += width) {
        const [some] = await node.batch([question(ref, { start, stop: Math.min(start + width, blocks.stop) })]);
        found.push(...some);
      }
    } catch (error) {
      if (!(error instanceof Refused || error instanceof Unreachable)) throw error;
      trouble = `: ${error.message}`;
      continue;
    }
    if (found.length > MOST_EVENTS) throw new Refused(`${node.host} names more than ${MOST_EVENTS.toLocaleString("en-US")} events of one root`);
    return found;
  }
  const left = (blocks.stop - start).toLocaleString("en-US");
  throw new Refused(`${node.host} does not answer for the events of ${left} blocks${trouble}`);
}

function question(ref, blocks) {
  const about = [`0x${ref.issuerId.slice(2).padStart(64, "0")}`, ref.root];
  const topics = [[EVENTS.Revoked, EVENTS.BatchRevoked], ...about];
  const wanted = { address: ref.registry, topics, fromBlock: hex(blocks.start), toBlock: hex(blocks.stop - 1) };
  return call("eth_getLogs", [wanted], (value) => {
    if (!Array.isArray(value)) throw new NoSense("not a list");
    return value.map((each) => eventOf(each, ref.registry, about, blocks));
  });
}

// One event, {block, blockHash, word, mask}; of the whole batch `word` is null. Throws NoSense for one that was not asked for.
function eventOf(value, registry, about, blocks) {
  const log = isObject(value) ? value : {};
  const [kind, ...rest] = Array.isArray(log.topics) ? log.topics.map(word) : [];
  const [number, blockHash] = [quantity(log.blockNumber), word(log.blockHash)];
  const wanted = data(log.address) === registry && rest.join() === about.join() && number >= blocks.start && number < blocks.stop;
  if (!wanted || log.removed === true) throw new NoSense("another event than was asked for");
  const event = { block: Number(number), blockHash };
  if (kind === EVENTS.BatchRevoked) return { ...event, word: null, mask: 0n };
  if (kind !== EVENTS.Revoked) throw new NoSense("another event than was asked for");
  const content = data(log.data);
  if (wordAt(content, 2) >= 256n) throw new NoSense("a reason is no byte");
  return { ...event, word: wordAt(content, 0), mask: wordAt(content, 1) };
}

const hex = (number) => `0x${number.toString(16)}`;
