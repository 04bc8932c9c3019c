// Opens what was shared: takes the key from the link, asks this server for the sealed document, and shows what is in it (docs/sharing.md).
// Everything that is shown is set as text; nothing in a document is ever followed, loaded or run.

import { Trouble, fetched, keyOf, unseal } from "./sealed.mjs";

const MAX_ROWS = 2000; // of "everything that was shown": a browser should not choke on a hostile document
const MAX_CREDENTIALS = 50;

// What a credential says, in a human's order. Whatever is not of the kind that it should be counts as not shown.
const text = (value) => (typeof value === "string" && value.trim() ? value : typeof value === "number" ? String(value) : "");
const object = (value) => (value !== null && typeof value === "object" && !Array.isArray(value) ? value : {});
const list = (value) => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

export function credentialsOf(document) {
  const held = object(document).verifiableCredential;
  const found = held === undefined ? [document] : list(held);
  return found.filter((each) => list(object(each).type).includes("VerifiableCredential")).slice(0, MAX_CREDENTIALS);
}

export function summaryOf(credential) {
  const subject = object(list(credential.credentialSubject)[0]);
  const achievement = object(list(subject.achievement)[0]);
  const criteria = object(achievement.criteria);
  const names = list(subject.identifier).map(object).filter((each) => each.identityType === "name" && each.hashed !== true);
  const issuer = object(credential.issuer);
  return {
    title: text(achievement.name) || text(credential.name),
    holder: text(names[0]?.identityHash) || text(subject.name),
    holderId: text(subject.id),
    can: text(achievement.description) || text(credential.description),
    earned: text(criteria.narrative),
    results: list(subject.result).map((each) => resultOf(object(each), achievement)).filter(Boolean),
    skills: list(achievement.alignment).map((each) => text(object(each).targetName)).filter(Boolean),
    issuer: text(issuer.name),
    issuerId: text(issuer.id) || text(credential.issuer),
    from: text(credential.validFrom) || text(credential.issuanceDate),
    until: text(credential.validUntil) || text(credential.expirationDate),
  };
}

function resultOf(result, achievement) {
  const kind = list(achievement.resultDescription).map(object).find((each) => text(each.id) && each.id === result.resultDescription);
  const value = text(result.value) || text(result.achievedLevel) || text(result.status);
  return value && kind && text(kind.name) ? `${kind.name}: ${value}` : value;
}

export function rowsOf(value, path = [], rows = []) {
  if (rows.length > MAX_ROWS) return rows;
  const entries = value !== null && typeof value === "object" ? Object.entries(value) : [];
  if (entries.length === 0 || path.length > 40) {
    rows.push([path.join(" › "), typeof value === "string" ? value : JSON.stringify(value)]);
  }
  for (const [name, below] of path.length > 40 ? [] : entries) {
    if (rows.length > MAX_ROWS) break;
    rowsOf(below, [...path, Array.isArray(value) ? String(Number(name) + 1) : name], rows);
  }
  return rows;
}

class Page {
  constructor(words, language) {
    this.words = words;
    const regional = navigator.languages.find((each) => each.split("-")[0] === language); // which knows how dates are written there
    this.dates = new Intl.DateTimeFormat(regional ?? language, { dateStyle: "long", timeZone: "UTC" });
    this.place = document.getElementById("shared");
  }

  trouble(name) {
    const words = this.words;
    const known = `${name}Title` in words ? name : "damaged";
    const section = make("section", { className: "trouble" }, make("h1", {}, words[`${known}Title`]), make("p", {}, words[`${known}Text`]));
    document.querySelector("footer").hidden = known === "ended";
    this.show(words[`${known}Title`], [section]);
  }

  show(title, parts) {
    document.title = title;
    this.place.replaceChildren(...parts);
    this.place.focus(); // so that a screen reader begins here
  }

  shared(raw) {
    let value;
    try {
      value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(raw));
    } catch {
      throw new Trouble("damaged");
    }
    const found = credentialsOf(value).map(summaryOf);
    const title = found.length === 1 ? found[0].title || this.words.untitled : this.words.many.replace("{count}", found.length);
    const cards = found.map((each) => this.card(each, found.length === 1 ? "h1" : "h2"));
    const head = found.length === 0 ? this.other() : found.length === 1 ? [] : [make("h1", {}, title)];
    this.show(found.length ? title : this.words.otherTitle, [...head, ...cards, this.unchecked(raw), this.everything(value)]);
  }

  other() {
    return [make("section", { className: "card" }, make("h1", {}, this.words.otherTitle), make("p", {}, this.words.otherText))];
  }

  card(summary, heading) {
    const words = this.words;
    const facts = make("dl", {});
    const add = (name, ...values) => {
      const shown = values.filter((value) => value);
      if (shown.length) facts.append(make("div", {}, make("dt", {}, name), ...shown.map((value) => make("dd", {}, value))));
    };
    add(words.can, summary.can || words.notShown);
    add(words.earned, summary.earned);
    add(words.result, ...summary.results);
    add(words.skills, summary.skills.length ? make("ul", { className: "skills" }, ...summary.skills.map((each) => make("li", {}, each))) : "");
    add(words.issuer, summary.issuer || summary.issuerId || words.notShown, summary.issuer && summary.issuerId ? fine(summary.issuerId) : "");
    add(words.from, this.since(summary.from));
    add(words.until, this.until(summary.until));
    const holder = make("p", { className: "holder" }, make("span", {}, words.holder), " ", make("strong", {}, summary.holder || words.holderHidden));
    const id = summary.holderId ? [fine(summary.holderId, "p")] : [];
    const pill = make("p", { className: "pill" }, words.uncheckedTitle);
    return make("article", { className: "card" }, pill, make(heading, {}, summary.title || words.untitled), holder, ...id, facts);
  }

  since(moment) {
    const at = new Date(moment);
    if (Number.isNaN(at.getTime())) return moment || this.words.notShown;
    return at > new Date() ? this.words.future.replace("{date}", this.dates.format(at)) : this.dates.format(at);
  }

  until(moment) {
    if (!moment) return this.words.noEnd;
    const at = new Date(moment);
    if (Number.isNaN(at.getTime())) return moment;
    return at < new Date() ? this.words.runOut.replace("{date}", this.dates.format(at)) : this.dates.format(at);
  }

  unchecked(raw) {
    const words = this.words;
    const file = URL.createObjectURL(new Blob([raw], { type: "application/json" }));
    const link = make("a", { className: "button", href: file, download: "credential.json" }, words.download);
    const steps = make(
      "ol",
      {},
      make("li", {}, link),
      make("li", {}, make("span", {}, words.stepVerify), make("code", {}, "laurea verify credential.json")),
    );
    const heading = make("h2", { id: "unchecked" }, words.uncheckedTitle);
    const section = make("section", { className: "unchecked" }, heading, make("p", {}, words.uncheckedText), steps);
    section.setAttribute("aria-labelledby", "unchecked");
    return section;
  }

  everything(value) {
    const details = make("details", {}, make("summary", {}, this.words.everything));
    const fill = () => {
      const rows = rowsOf(value);
      const shown = rows.slice(0, MAX_ROWS).map(([name, said]) => make("div", {}, make("dt", {}, name), make("dd", {}, said)));
      details.append(make("dl", {}, ...shown), ...(rows.length > MAX_ROWS ? [make("p", {}, this.words.tooMuch)] : []));
    };
    details.addEventListener("toggle", fill, { once: true });
    return details;
  }

  expiry() {
    const place = document.getElementById("expires");
    place.textContent = this.words.expires.replace("{date}", this.dates.format(new Date(place.dataset.moment)));
  }
}

function make(name, members, ...children) {
  const made = Object.assign(document.createElement(name), members);
  if (["dd", "dt", "h1", "h2", "strong", "li"].includes(name)) made.dir = "auto"; // each in its own direction of writing
  made.append(...children);
  return made;
}

const fine = (id, name = "span") => make(name, { className: "id" }, id);

async function open() {
  const words = JSON.parse(document.getElementById("words").textContent);
  const page = new Page(words, document.documentElement.lang);
  document.getElementById("opening").hidden = false;
  page.expiry();
  try {
    if (!globalThis.crypto?.subtle) throw new Trouble("insecure");
    const key = keyOf(location.hash); // before anything is asked: a link that is cut off should not count as a view
    const name = location.pathname.split("/").at(-1);
    page.shared(await unseal(await fetched(`../v1/shares/${name}/open`), key));
  } catch (error) {
    page.trouble(error instanceof Trouble ? error.name : "damaged");
  }
}

if (globalThis.document) {
  addEventListener("hashchange", () => location.reload()); // another key
  open();
}
