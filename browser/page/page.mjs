// The page: takes what was shown, whom its reader trusts and whom to ask, and says what the verifier answers.

import { utf8 } from "../bytes.mjs";
import { knowsEd25519 } from "../core/keys.mjs";
import { readEach } from "../core/presentation.mjs";
import { InputError } from "../errors.mjs";
import { verify, verifyPresentation } from "../verifier.mjs";
import { NotRead, carried } from "./carrier.mjs";
import { byId, fill, make } from "./dom.mjs";
import { statement } from "./statement.mjs";
import { LANGUAGES, WORDS, languageOf } from "./words.mjs";

// For programs that drive this page; the same functions as of the module verifier.mjs.
globalThis.laurea = Object.freeze({ verify, verifyPresentation });

let language = languageOf(navigator.languages);
let answered = null; // what the answer on the page is made of, so that it can be said in another language

function speak() {
  const words = WORDS[language];
  document.documentElement.lang = language;
  document.title = words.title;
  for (const each of document.querySelectorAll("[data-words]")) each.textContent = words[each.dataset.words];
  byId("language").value = language;
  if (answered) show();
}

async function check() {
  const button = byId("check");
  button.disabled = true;
  byId("progress").textContent = WORDS[language].checking;
  try {
    answered = await answer();
  } catch (error) {
    answered = { error };
  }
  byId("progress").textContent = "";
  button.disabled = false;
  show();
  byId("answer").scrollIntoView();
  byId("answer").focus({ preventScroll: true }); // so that a screen reader goes on here
}

async function answer() {
  const document_ = carried(await shownBytes());
  const lines = byId("rpc").value.split(/\s+/).filter(Boolean);
  const given = {
    document: document_,
    rpc: lines,
    trust: await contents("trust"),
    trustSigner: byId("signer").value.trim() || null,
    audience: byId("audience").value || null,
    challenge: byId("challenge").value || null,
    statusLists: await contents("lists"),
    accreditations: await contents("accreditations"),
  };
  return { reports: await verifyPresentation(given), shown: readEach(document_) };
}

async function shownBytes() {
  const text = byId("text").value;
  if (text.trim()) return utf8(text);
  const [found] = await contents("file");
  if (!found) throw new NotRead("nothing");
  return found;
}

const contents = async (id) => Promise.all([...byId(id).files].map(async (file) => new Uint8Array(await file.arrayBuffer())));

function show() {
  const words = WORDS[language];
  const print = make("button", { type: "button", className: "quiet", onclick: () => globalThis.print() }, words.print);
  const heading = make("h2", {}, answered.error ? words.trouble : words.answer);
  byId("answer").hidden = false;
  byId("answer").replaceChildren(heading, ...(answered.error ? [trouble(answered.error, words)] : [...articles(words), print]));
}

function articles(words) {
  const { reports, shown } = answered;
  const place = (at) => (reports.length > 1 ? fill(words.several, { number: at + 1, count: reports.length }) : "");
  return reports.map((report, at) => statement(report, shown[at], { words, language, place: place(at) }));
}

function trouble(error, words) {
  if (error instanceof NotRead) return make("p", { className: "trouble" }, words[error.name]);
  const told = make("p", { className: "trouble", lang: "en" }, error.message);
  return error instanceof InputError ? told : make("div", {}, make("p", { className: "trouble" }, words.fault), told);
}

// Files that are dropped go where they belong, by what they say they are.
async function drop(files) {
  const sorted = { file: new DataTransfer(), trust: new DataTransfer(), lists: new DataTransfer() };
  for (const file of files) sorted[kindOf(await file.text())].items.add(file);
  for (const [id, { files: found }] of Object.entries(sorted)) if (found.length) byId(id).files = found;
  if (sorted.file.files.length) byId("text").value = "";
}

function kindOf(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return "file";
  }
  if (value?.laurea === "trust") return "trust";
  return [value?.type].flat().includes("BitstringStatusListCredential") ? "lists" : "file";
}

async function begin() {
  byId("language").append(...Object.entries(LANGUAGES).map(([code, name]) => make("option", { value: code, lang: code }, name)));
  byId("language").addEventListener("change", (event) => {
    language = event.target.value;
    speak();
  });
  byId("form").addEventListener("submit", (event) => {
    event.preventDefault();
    check();
  });
  byId("file").addEventListener("change", () => (byId("text").value = ""));
  byId("text").addEventListener("input", () => (byId("file").value = ""));
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop([...event.dataTransfer.files]);
  });
  byId("page").hidden = false;
  speak();
  if (!globalThis.crypto?.subtle) byId("noCrypto").hidden = false;
  else if (!(await knowsEd25519())) byId("noEd25519").hidden = false;
}

begin();
