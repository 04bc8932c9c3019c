// The values that members of a credential may have: text, URLs, times, terms, and how a wrong one is named.
//
// A check takes a value, its path and the object that it is a member of, and returns its problems: {path, missing, fix}.

import { isObject } from "../canonical.mjs";
import { FormatError } from "../../errors.mjs";
import { isDate, parseTime } from "../moments.mjs";

// An absolute URL in the sense of VC 2.0, 4.4: a scheme, then no space, control character or delimiter (RFC 3987, 2.2).
const SPACES = "\\u0000-\\u0020\\u007f\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const URL_ = new RegExp(`^[A-Za-z][A-Za-z0-9+.-]*:[^${SPACES}<>"{}|\\\\^\`]+$`, "u");
const TYPE = new RegExp(`^[^${SPACES}]+$`, "u"); // a term or a URL (VC 2.0, 4.5)
const LANGUAGE_KEY = /^[a-z]{2}(-[A-Z]{2})?$/;
const LANGUAGE = /^[a-z]{2,4}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;
const JWS = /^[a-zA-Z0-9_-]+\.[a-zA-Z0-9_-]*\.[a-zA-Z0-9_-]+$/;
const EXTENSION = /^ext:[a-zA-Z0-9|._-]/; // the begin is what the schema demands of a term outside its list
const ANYTHING = /^/;

export const wrong = (path, fix) => [{ path, missing: false, fix }];

export const required = (check) => ({ check, required: true });

// The check that a definition further down will be: two that refer to each other.
export const later = (define) => (value, path, owner) => define()(value, path, owner);

// An object of the data model, open to members that the model does not know unless it is closed.
export function thing(fields, { closed = false } = {}) {
  const members = new Map(Object.entries(fields).map(([name, field]) => [name, field.check ? field : { check: field, required: false }]));
  const check = (value, path) => {
    if (!isObject(value)) return wrong(path, "give an object");
    const found = [...members].flatMap(([name, field]) => memberProblems(value, name, field, [...path, name]));
    const more = closed ? Object.keys(value).filter((name) => !members.has(name)) : [];
    return found.concat(more.flatMap((name) => wrong([...path, name], "remove this member, Open Badges allows no others here")));
  };
  return Object.assign(check, { fields });
}

function memberProblems(value, name, field, path) {
  if (!(name in value)) return field.required ? [{ path, missing: true, fix: "add this member, it is required" }] : [];
  if (value[name] === null) return wrong(path, "null says nothing: leave the member out");
  return field.check(value[name], path, value);
}

// The items of an array, or a lone value, which in JSON-LD stands for an array of one.
export const items = (value) => (Array.isArray(value) ? value : [value]);

export const several = (check) => (value, path, owner) => items(value).flatMap((item, at) => check(item, [...path, at], owner));

const demand = (holds, fix) => (value, path) => (holds(value) ? [] : wrong(path, fix));

const isLanguageMap = (value, content) =>
  isObject(value) && Object.entries(value).every(([tag, text]) => LANGUAGE_KEY.test(tag) && typeof text === "string" && content.test(text));

export const text = demand(
  (value) => typeof value === "string" || isLanguageMap(value, ANYTHING),
  'give a string, or strings by language, like {"en": "…", "de": "…"}',
);
export const language = demand(
  (value) => (typeof value === "string" && LANGUAGE.test(value)) || isLanguageMap(value, LANGUAGE),
  "give a language tag, like en or de-AT",
);
export const isUrl = (value) => typeof value === "string" && URL_.test(value);
export const url = demand(
  isUrl,
  "give a URL with its scheme, like https://… or did:… or urn:uuid:…",
);
export const time = demand((value) => momentOf(value) !== null, "give a date and time with a time zone, like 2026-11-23T09:00:00Z");
export const date = demand((value) => typeof value === "string" && isDate(value), "give a date, like 2026-11-23");
export const jws = demand(
  (value) => typeof value === "string" && JWS.test(value),
  "give a signed JWT in its compact form, three parts with dots between",
);
export const number = demand((value) => typeof value === "number", "give a number");
export const boolean = demand((value) => typeof value === "boolean", "give true or false");
export const types = demand((value) => items(value).length > 0 && allTypes(items(value)), "give a type or an array of types");

export const literal = (only) => demand((value) => value === only, `input should be '${only}'`);

// A time that is not before another member of the same object, if that is one.
export const timeNotBefore = (begin) => (value, path, owner) => {
  const [start, end] = [momentOf(owner[begin]), momentOf(value)];
  if (end === null || start === null || end >= start) return time(value, path);
  return wrong(path, `give a time that is not before ${begin}`);
};

// Types that name at least one of every group.
export const typesWith = (...groups) =>
  demand(
    (value) => allTypes(items(value)) && groups.every((group) => group.some((name) => items(value).includes(name))),
    "give an array of types with " + groups.map((group) => group.join(" or ")).join(" and "),
  );

// Types that name `name`, or `name` alone.
export const typesOrText = (name) =>
  demand((value) => allTypes(items(value)) && items(value).includes(name), `give an array of types with ${name}`);

// One term of a list, or an extension of it, "ext:…", where Open Badges allows extensions.
export function term(choices, { extensible = true } = {}) {
  const fix = `give one of ${choices.join(", ")}` + (extensible ? ", or a term of your own that begins with ext:" : "");
  return demand((value) => typeof value === "string" && (choices.includes(value) || (extensible && EXTENSION.test(value))), fix);
}

const allTypes = (values) => values.every((value) => typeof value === "string" && TYPE.test(value));

function momentOf(value) {
  if (typeof value !== "string") return null;
  try {
    return parseTime(value);
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
