// Several nodes that are asked the same: a majority must give one answer, and none another.

import { ChainError, Disagreement, Refused, Unreachable, WrongChain } from "../errors.mjs";

export class Quorum {
  #total;
  #nodes;
  #failures = [];

  // Starts with all nodes; throws Unreachable when there is none. One that fails once is not asked again.
  constructor(nodes) {
    this.needed = Math.floor(nodes.length / 2) + 1;
    this.#total = nodes.length;
    this.#nodes = nodes;
    this.#requireMajority();
  }

  // The hosts of the nodes that have answered everything so far.
  get hosts() {
    return this.#nodes.map((node) => node.host);
  }

  // Asks all nodes at once and returns the answers of those that have one; throws when less than a majority is left.
  async each(ask) {
    const outcomes = await Promise.all(this.#nodes.map((node) => attempt(ask, node)));
    const failures = outcomes.filter((outcome) => outcome.error).map((outcome) => outcome.error);
    const wrong = failures.find((failure) => failure instanceof WrongChain);
    if (wrong) throw wrong;
    this.#failures.push(...failures);
    this.#nodes = this.#nodes.filter((_, at) => !outcomes[at].error);
    this.#requireMajority();
    return outcomes.filter((outcome) => !outcome.error).map((outcome) => outcome.answer);
  }

  // The one answer of all nodes that answer; throws Disagreement when there are two.
  async agreed(ask, about) {
    const answers = await this.each(ask);
    const texts = answers.map((answer) => JSON.stringify(answer, (_, value) => (typeof value === "bigint" ? `${value}n` : value)));
    const other = texts.findIndex((text) => text !== texts[0]);
    if (other < 0) return answers[0];
    throw new Disagreement(`${this.#nodes[0].host} and ${this.#nodes[other].host} disagree about ${about}`);
  }

  #requireMajority() {
    if (this.needed <= this.#nodes.length) return;
    const reasons = this.#failures.map((failure) => failure.message).join("; ") || "no node is known";
    const message = this.#total < 2 ? reasons : `${this.#nodes.length} of ${this.#total} nodes answered: ${reasons}`;
    throw this.#failures.some((failure) => failure instanceof Refused) ? new Refused(message) : new Unreachable(message);
  }
}

async function attempt(ask, node) {
  try {
    return { answer: await ask(node) };
  } catch (error) {
    if (error instanceof ChainError) return { error };
    throw error;
  }
}
