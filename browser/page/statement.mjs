// A report as people read it: the verdict, the checks and why, what is shown, and what the chain said.

import { dump } from "../core/canonical.mjs";
import { ENVELOPE, split } from "../core/claims.mjs";
import { INTEGRITY, PASSED } from "../core/report.mjs";
import { fill, make } from "./dom.mjs";
import { reasonIn } from "./reasons.mjs";

const MAX_ROWS = 500; // a browser should not choke on a hostile document
const MAX_CHARACTERS = 2000; // of a value
// Beside each word, so that colour is never alone.
const ICONS = { valid: "✓", invalid: "✗", undecided: "?", passed: "✓", failed: "✗", unknown: "?", skipped: "–" };

// The article about one report; `place` says which of several it is.
export function statement(report, shown, { words, language, place = "" }) {
  const said = (reason, name, members = {}) => {
    const { text, language: lang } = reasonIn(language, reason);
    return make(name, { ...members, lang }, text);
  };
  const heading = [place, report.checks.some(isIntact) ? titleOf(shown.credential.document) : ""].filter(Boolean).join(": ");
  return make(
    "article",
    { className: `report ${report.verdict}` },
    make("h3", { className: "what" }, heading || words.untitled),
    make("p", { className: "verdict" }, icon(report.verdict), " ", make("strong", {}, words[report.verdict])),
    said(report.headline, "p", { className: "headline" }),
    make("p", { className: "soft" }, words[`${report.verdict}Means`], " ", fill(words.at, { time: moment(report.at, language) })),
    make("h3", {}, words.checks),
    make("ul", { className: "checks" }, ...report.checks.map((check) => checkItem(check, words, said))),
    ...(report.checks.some(isIntact) ? claims(shown, words) : []),
    folded(words.facts, Object.keys(report.facts).length ? list(flat(report.facts)) : make("p", {}, words.noFacts)),
    folded(words.report, make("pre", { tabIndex: 0, lang: "en" }, JSON.stringify(report, null, 2))),
  );
}

const isIntact = (check) => check.id === INTEGRITY && check.outcome === PASSED;

function icon(name) {
  const made = make("span", { className: "icon" }, ICONS[name]);
  made.setAttribute("aria-hidden", "true");
  return made;
}

function checkItem({ id, outcome, reason }, words, said) {
  const word = make("span", { className: "outcome" }, icon(outcome), " ", words[outcome]);
  const item = make("li", { className: outcome }, make("span", { className: "name" }, words[id]), " ", word, said(reason, "p"));
  item.dataset.check = id;
  item.dataset.outcome = outcome;
  return item;
}

const text = (value) => (typeof value === "string" ? value : "");

function titleOf(document) {
  const { credentialSubject: subject } = document;
  return text(subject?.achievement?.name) || text(document.name);
}

function claims({ credential }, words) {
  const rows = split(credential.document).filter(([pointer]) => pointer !== ENVELOPE);
  const named = rows.map(([pointer, value]) => [pointer.slice(1).split("/").map(unescape).join(" › "), readable(value)]);
  return [make("h3", {}, words.shown), make("p", { className: "soft" }, words.shownHint), ...list(named, words)].flat();
}

const unescape = (token) => token.replaceAll("~1", "/").replaceAll("~0", "~");

function readable(value) {
  const whole = typeof value === "string" ? value : dump(value);
  return whole.length > MAX_CHARACTERS ? `${whole.slice(0, MAX_CHARACTERS)}…` : whole;
}

function list(rows, words) {
  const shown = rows.slice(0, MAX_ROWS).map(([name, value]) => make("div", {}, make("dt", {}, name), make("dd", {}, value)));
  const made = make("dl", {}, ...shown);
  return words === undefined ? made : [made, ...(rows.length > MAX_ROWS ? [make("p", {}, words.tooMuch)] : [])];
}

// The rows of an object of our own, one for each bare value in it.
function flat(value, path = []) {
  if (value === null || typeof value !== "object") return [[path.join(" › "), String(value)]];
  return Object.entries(value).flatMap(([name, below]) => flat(below, [...path, name]));
}

const folded = (title, content) => make("details", {}, make("summary", {}, title), content);

function moment(at, language) {
  return new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "long", timeZone: "UTC" }).format(new Date(at));
}
