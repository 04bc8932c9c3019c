// What the pages gain by a script; without it all of them work.

// Copy a text by its button, and say so.
for (const button of document.querySelectorAll("button[data-copies]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).value);
    button.querySelector("[role=status]").textContent = button.dataset.done;
  });
}

// A file dropped anywhere on the zone is chosen; the field alone takes it without us.
for (const zone of document.querySelectorAll(".drop")) {
  const field = zone.querySelector("input[type=file]");
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("over", name === "dragenter" || name === "dragover");
      if (name === "drop" && event.dataTransfer.files.length) {
        field.files = event.dataTransfer.files;
      }
    });
  }
}

// How many statements a verifier will see, said while they are chosen.
for (const form of document.querySelectorAll("form[data-counts]")) {
  const place = form.querySelector("[data-count]");
  const count = () => {
    const boxes = [...form.querySelectorAll(".pick input[type=checkbox]")];
    const shown = boxes.filter((box) => box.checked).length;
    place.textContent = form.dataset.counts.replace("{shown}", shown).replace("{all}", boxes.length);
    for (const box of boxes) {
      const line = form.querySelector(`[data-line="${box.value}"]`);
      if (line) line.hidden = !box.checked;
    }
  };
  form.addEventListener("change", count);
  count();
}
