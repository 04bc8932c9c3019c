// JSON-RPC over HTTP to one node: strict about answers, bounded in time and size, silent about secrets.
//
// Messages name the node's host and nothing else of its URL, which often holds an API key or a password.

import { utf8 } from "../bytes.mjs";
import { ChainError, InputError, Refused, Unreachable } from "../errors.mjs";
import { isObject } from "../core/canonical.mjs";

const TIMEOUT_SECONDS = 10;
const MAX_ANSWER_BYTES = 4 << 20; // a hundred full answers of our kind fit
const MAX_WORDS = 300; // characters of a node's message that are passed on
const SHORTEST_SECRET = 6; // characters: a shorter part of a path, such as "v3", is not hidden from messages
const LIMIT_EXCEEDED = [-32005, 429]; // EIP-1474, and what some providers write into the answer itself
const QUANTITY = /^0x[0-9a-fA-F]{1,64}$/;
const DATA = /^0x(?:[0-9a-fA-F]{2})*$/;

// A question to a node, and how its answer is read; `read` throws NoSense for what is no answer.
export const call = (method, params, read) => ({ method, params, read });

export class NoSense extends Error {}

export class Rpc {
  #url;
  #headers = { "Content-Type": "application/json" };
  #secrets;
  #ids = 0;

  // Opens nothing yet; throws InputError for what is no URL.
  constructor(url) {
    const parts = split(url);
    this.host = parts.host;
    this.#secrets = secretsOf(parts);
    if (parts.username) {
      const pair = utf8(`${decodeURIComponent(parts.username)}:${decodeURIComponent(parts.password)}`);
      this.#headers.Authorization = `Basic ${btoa(String.fromCharCode(...pair))}`;
    }
    parts.username = parts.password = parts.hash = "";
    this.#url = parts.href;
  }

  // Asks all questions in one request, and returns the answers in their order.
  async batch(calls) {
    const requests = calls.map(({ method, params }) => ({ jsonrpc: "2.0", id: ++this.#ids, method, params }));
    const answers = await this.#exchange(requests);
    if (isObject(answers) && "error" in answers) throw this.#refusal("the batch", answers.error);
    if (!Array.isArray(answers) || answers.length !== requests.length) throw this.unreadable("a batch");
    // A node may answer in any order; two answers with one id leave another question without any.
    const byId = new Map(answers.filter(isObject).map((answer) => [answer.id, answer]));
    return calls.map((each, at) => this.#read(each, byId.get(requests[at].id)));
  }

  unreadable(method) {
    return new Unreachable(`${this.host} gave no sensible answer to ${method}`);
  }

  #read({ method, read }, answer) {
    if (!isObject(answer) || answer.jsonrpc !== "2.0") throw this.unreadable(method);
    if (answer.error !== undefined && answer.error !== null) throw this.#refusal(method, answer.error);
    if (!("result" in answer)) throw this.unreadable(method);
    try {
      return read(answer.result);
    } catch (error) {
      if (error instanceof NoSense) throw this.unreadable(method);
      throw error;
    }
  }

  #refusal(method, error) {
    const { code, message } = isObject(error) ? error : {};
    if (!Number.isInteger(code) || typeof message !== "string") return this.unreadable(method);
    const words = this.#withoutSecrets(message).slice(0, MAX_WORDS).replace(/\p{C}/gu, " ");
    const told = `${this.host} refused ${method}: ${words}`;
    return LIMIT_EXCEEDED.includes(code) ? new Unreachable(told) : new Refused(told);
  }

  #withoutSecrets(text) {
    return this.#secrets.reduce((told, secret) => told.replaceAll(secret, "..."), text);
  }

  async #exchange(content) {
    const body = await this.#post(JSON.stringify(content));
    try {
      return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    } catch {
      throw new Unreachable(`${this.host} did not answer in JSON`);
    }
  }

  async #post(body) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT_SECONDS * 1000);
    const how = { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer", cache: "no-store", signal: abort.signal };
    try {
      const answer = await fetch(this.#url, { method: "POST", headers: this.#headers, body, ...how });
      if (answer.status !== 200) throw new Unreachable(`${this.host} answered with HTTP status ${answer.status}`);
      return await this.#collect(answer);
    } catch (error) {
      if (error instanceof ChainError) throw error;
      if (abort.signal.aborted) throw new Unreachable(`${this.host} did not answer within ${TIMEOUT_SECONDS} s`);
      throw new Unreachable(`${this.host} cannot be reached`); // or does not let pages of other origins ask it: browsers do not tell
    } finally {
      clearTimeout(timer);
      abort.abort();
    }
  }

  async #collect(answer) {
    const reader = answer.body.getReader();
    const parts = [];
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MAX_ANSWER_BYTES) throw new Unreachable(`${this.host} answered with more than ${MAX_ANSWER_BYTES >> 20} MiB`);
      parts.push(part.value);
    }
    return new Uint8Array(await new Blob(parts).arrayBuffer());
  }
}

// The number that a JSON-RPC quantity such as "0x1f" means, as BigInt.
export function quantity(value) {
  if (typeof value !== "string" || !QUANTITY.test(value)) throw new NoSense("not a quantity");
  return BigInt(value);
}

// JSON-RPC data such as "0x1f2e", in lower case.
export function data(value) {
  if (typeof value !== "string" || !DATA.test(value)) throw new NoSense("not data");
  return value.toLowerCase();
}

// 32 bytes of data, such as a hash.
export function word(value) {
  const found = data(value);
  if (found.length !== 66) throw new NoSense("not 32 bytes");
  return found;
}

function split(url) {
  // The URL is not repeated: it may hold a key.
  const refusal = new InputError("an RPC URL is not an absolute http or https URL, for example http://127.0.0.1:8545");
  let parts;
  try {
    parts = new URL(url);
    decodeURIComponent(parts.username + parts.password);
  } catch {
    throw refusal;
  }
  if (!["http:", "https:"].includes(parts.protocol) || !/^[!-~]+$/.test(url)) throw refusal;
  return parts;
}

function secretsOf(parts) {
  const pieces = [...parts.pathname.split("/"), ...parts.search.slice(1).replaceAll("&", "=").split("="), parts.username, parts.password];
  const spellings = pieces.flatMap((piece) => [piece, decoded(piece)]);
  return [...new Set(spellings)].filter((piece) => piece.length >= SHORTEST_SECRET).sort((one, other) => other.length - one.length);
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
