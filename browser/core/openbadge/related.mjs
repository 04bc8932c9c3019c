// Resources that a credential is about to rely on, with their digests (VC 2.0, 5.3), and those whose digests are known without a look at them.

import { DIGESTS } from "../../constants.mjs";
import { isObject } from "../canonical.mjs";
import { isUrl, items, wrong } from "./values.mjs";

const SRI = /^(sha(?:256|384|512))-([A-Za-z0-9+/_-]+)={0,2}(?:\?[\x21-\x7e]*)?$/; // hash-expression of SRI
const MULTIBASE = /^(?:u[A-Za-z0-9_-]+|z[1-9A-HJ-NP-Za-km-z]+)$/;
const FIX = "give objects with a URL as id, each another, and with a digest: digestSRI, like sha384-…, or digestMultibase, a multihash like u… or z…";

// Resources with digests, and the right ones for those that are known; nothing is fetched to look at the others.
export function related(value, path) {
  const resources = items(value);
  const urls = resources.filter(isObject).map((item) => item.id);
  if (!resources.every((item) => isObject(item) && isResource(item)) || !urls.length || new Set(urls).size !== urls.length) {
    return wrong(path, FIX);
  }
  const other = resources.find((item) => item.id in DIGESTS && !digests(item).every((text) => DIGESTS[item.id].includes(plain(text))));
  return other ? wrong(path, `give the digest of what is published at ${other.id}: this is that of something else`) : [];
}

function isResource(item) {
  const found = digests(item);
  return isUrl(item.id) && (!("mediaType" in item) || typeof item.mediaType === "string") && found.length > 0 && !found.includes("");
}

// The digests of a resource, "" for each that is none.
const digests = (item) => [...digestsOf(item, "digestSRI", SRI), ...digestsOf(item, "digestMultibase", MULTIBASE)];

function digestsOf(item, name, form) {
  if (!(name in item)) return [];
  const texts = items(item[name]);
  return texts.length ? texts.map((text) => (typeof text === "string" && form.test(text) ? text : "")) : [""];
}

// A digest without what may be written otherwise: the alphabet of an SRI, its padding and its options.
function plain(text) {
  const found = SRI.exec(text);
  return found ? `${found[1]}-${found[2].replaceAll("-", "+").replaceAll("_", "/")}` : text;
}
