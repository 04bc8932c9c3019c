// An issuer's account as text: the chain by CAIP-2, the registry and the issuer id in hexadecimal.

import { FormatError } from "../errors.mjs";
import { isObject, words } from "./canonical.mjs";

const CHAIN = /^eip155:([1-9][0-9]{0,19})$/;
const ADDRESS = /^0x[0-9a-fA-F]{40}$/;
const LIMIT = 1n << 64n;

export const chainName = (chainId) => `eip155:${chainId}`;

// An account as one text, so that two can be compared; throws FormatError.
export function parseAccount(value) {
  if (!isObject(value) || Object.keys(value).sort().join() !== "chain,issuerId,registry") {
    throw new FormatError("an account has the members chain, registry and issuerId and no other");
  }
  return accountName(parseChain(value.chain), parseAddress(value.registry), parseAddress(value.issuerId));
}

export const accountName = (chainId, registry, issuerId) => `${registryName(chainId, registry)}:${issuerId}`;

export const registryName = (chainId, registry) => `${chainName(chainId)}:${registry}`;

export function parseChain(value) {
  const found = typeof value === "string" ? CHAIN.exec(value) : null;
  if (!found || BigInt(found[1]) >= LIMIT) throw new FormatError(`'${words(value).slice(0, 60)}' is not a chain by CAIP-2, such as eip155:1`);
  return BigInt(found[1]);
}

export function parseAddress(value) {
  if (typeof value !== "string" || !ADDRESS.test(value)) {
    throw new FormatError(`'${words(value).slice(0, 60)}' is not 0x and 40 hexadecimal digits`);
  }
  return value.toLowerCase();
}
