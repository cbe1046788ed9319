// On every page: suggestions in the search box and where a form takes a thing, and the key "/" that leads to the box.
import { combobox } from "./combobox";

for (const input of document.querySelectorAll<HTMLInputElement>("form[role=search] input[name=q]")) {
  const root = new URL(input.form?.dataset["root"] ?? "./", document.baseURI);
  combobox(input, root, (hit) => window.location.assign(new URL(hit.path, root)));
}

for (const input of document.querySelectorAll<HTMLInputElement>("form.query input[data-complete]")) {
  const root = new URL(input.form?.dataset["root"] ?? "./", document.baseURI);
  combobox(input, root, (hit) => void (input.value = hit.path), input.dataset["complete"] ?? "");
}

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement | null;
  const typing = target !== null && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || target?.shadowRoot) return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>("form[role=search] input[name=q]")?.focus();
});
