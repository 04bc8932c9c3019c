// Opens a shared link in the browser, so that its key stays there, and hands the file on to the form. Without this script a file or a text is checked, too.
import { Trouble, fetched, keyOf, unseal } from "./sealed.mjs";

const LINK = /^(https?:\/\/[^\s#?]+)\/s\/([A-Za-z0-9_-]{22})(#k=[A-Za-z0-9_-]{43})$/;
const WORDS = { noKey: "wrongKey", wrongKey: "wrongKey", damaged: "damaged", ended: "ended", unreachable: "unreachable" };

const form = document.getElementById("check");

function say(text) {
  const place = document.getElementById("said");
  place.hidden = !text;
  place.textContent = text;
}

async function open([, host, name, fragment]) {
  const document_ = await unseal(await fetched(`${host}/v1/shares/${name}/open`), keyOf(fragment));
  const files = new DataTransfer();
  files.items.add(new File([document_], "shared.json", { type: "application/json" }));
  form.elements.text.value = ""; // the link, with its key, is not sent
  form.elements.file.files = files.files;
}

form?.addEventListener("submit", async (event) => {
  const link = LINK.exec(form.elements.text.value.trim());
  if (!link || form.elements.file.files.length) {
    say(form.dataset.checking);
    return;
  }
  event.preventDefault();
  say(form.dataset.opening);
  try {
    await open(link);
  } catch (error) {
    say(form.dataset[error instanceof Trouble ? (WORDS[error.name] ?? "damaged") : "damaged"]);
    return;
  }
  say(form.dataset.checking);
  form.submit();
});

addEventListener("pageshow", () => form && say("")); // whoever comes back to the form finds it quiet
