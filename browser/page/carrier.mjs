// What a file carries: a document as text, or a PNG or SVG picture with one in it (Open Badges 3.0, 5.3), told apart by the bytes.

import { crc32, utf8 } from "../bytes.mjs";
import { InputError } from "../errors.mjs";

const MAX_FILE = 10 << 20; // bytes of a picture
const MAX_CHUNKS = 1 << 16;
const FRAME = 12; // bytes of a chunk beside its data: length, type, checksum
const PNG = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const KEYWORD = "openbadgecredential";
const SVG = "http://www.w3.org/2000/svg";
const OPEN_BADGES = "https://purl.imsglobal.org/ob/v3p0";
const SEVERAL = "the picture carries several credentials, and nobody can tell which one counts";
const NONE = "the picture carries no credential: a copy that was scaled or converted has lost it, so take the original";

// Something that this page does not read; `name` is that of its words.
export class NotRead extends InputError {
  constructor(name) {
    super(name);
    this.name = name;
  }
}

// The bytes of the document that a file carries; throws InputError for damage, and for a picture that carries none.
export function carried(data) {
  if (data.length > MAX_FILE) throw new NotRead("tooLarge");
  const begins = (...bytes) => bytes.every((byte, at) => data[at] === byte);
  if (begins(...PNG)) return inPng(data);
  if (begins(...utf8("%PDF-"))) throw new NotRead("isPdf");
  if (begins(0xff, 0xd8, 0xff) || begins(...utf8("GIF8")) || begins(...utf8("RIFF"))) throw new NotRead("isPhoto");
  return inText(data);
}

function inText(data) {
  const text = new TextDecoder().decode(data).trimStart();
  if (text.startsWith("<")) return inSvg(data);
  if (text.startsWith("LAUREA1:")) throw new NotRead("isQrText");
  if (/^https?:\/\//i.test(text)) throw new NotRead("isLink");
  if (/^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\s*$/.test(text)) throw new NotRead("isJwt");
  return data; // its reader says what is wrong with it
}

function inPng(data) {
  const found = [...chunks(data)].filter(({ type, data: content }) => type === "iTXt" && latin(untilZero(content)) === KEYWORD);
  if (found.length > 1) throw new InputError(SEVERAL);
  if (!found.length) throw new InputError(NONE);
  // Keyword, compression flag and method, language, translated keyword, text.
  const rest = afterZero(found[0].data);
  if (rest[0] !== 0) throw new InputError("the PNG carries its credential compressed, which Open Badges does not allow");
  return jsonOf(afterZero(afterZero(rest.subarray(2))));
}

function* chunks(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  let start = PNG.length;
  for (let count = 0; count < MAX_CHUNKS; count++) {
    if (start + FRAME > data.length) throw new InputError("the PNG is cut off");
    const end = start + FRAME + view.getUint32(start);
    if (end > data.length) throw new InputError("the PNG is cut off");
    if (crc32(data.subarray(start + 4, end - 4)) !== view.getUint32(end - 4)) {
      throw new InputError(`the PNG is damaged: the checksum of its chunk at byte ${start} is wrong`);
    }
    const type = latin(data.subarray(start + 4, start + 8));
    yield { type, data: data.subarray(start + 8, end - 4) };
    if (type === "IEND") return;
    start = end;
  }
  throw new InputError("the PNG has too many chunks");
}

const latin = (raw) => String.fromCharCode(...raw.subarray(0, 100));

const untilZero = (raw) => raw.subarray(0, raw.indexOf(0) < 0 ? raw.length : raw.indexOf(0));

const afterZero = (raw) => raw.subarray(untilZero(raw).length + 1);

function inSvg(data) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    throw new InputError("the SVG is not in UTF-8");
  }
  if (/<!(ENTITY|ATTLIST)/.test(text)) throw new InputError("the SVG defines entities or attributes, which pictures of badges have no need of");
  const root = new DOMParser().parseFromString(text, "image/svg+xml").documentElement; // which runs and loads nothing
  if (root.localName !== "svg" || root.namespaceURI !== SVG || root.getElementsByTagName("parsererror").length) {
    throw new InputError("the picture is no SVG");
  }
  const found = root.getElementsByTagNameNS(OPEN_BADGES, "credential");
  if (found.length > 1) throw new InputError(SEVERAL);
  if (!found.length) throw new InputError(NONE);
  return inElement(found[0]);
}

function inElement(element) {
  const [text, attribute] = [element.textContent, element.getAttribute("verify") ?? ""];
  if (element.childElementCount) throw new InputError("the SVG has elements where its credential should be");
  if (text.trim() && attribute) throw new InputError("the SVG carries its credential twice, and nobody can tell which one counts");
  return jsonOf(utf8(text.trim() ? text : attribute));
}

function jsonOf(data) {
  const document = inText(data);
  if (!new TextDecoder().decode(document).trimStart().startsWith("{")) throw new InputError("what the picture carries as its credential is no JSON");
  return document;
}
