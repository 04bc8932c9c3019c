// Parts of the page. Whatever comes from a document is set as text: nothing in it is ever followed, loaded or run.

const OWN_DIRECTION = ["dd", "dt", "h2", "h3", "p", "li", "pre"]; // each in its own direction of writing

export function make(name, members, ...children) {
  const { lang, ...rest } = members;
  const made = Object.assign(document.createElement(name), rest);
  if (OWN_DIRECTION.includes(name)) made.dir = "auto";
  if (lang) made.lang = lang;
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
