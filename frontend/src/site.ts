// On every page: suggestions in the search box, and the key "/" that leads to it.
import { combobox } from "./combobox";

for (const input of document.querySelectorAll<HTMLInputElement>("form[role=search] input[name=q]")) {
  const root = new URL(input.form?.dataset["root"] ?? "./", document.baseURI);
  combobox(input, root, (hit) => window.location.assign(new URL(hit.path, root)));
}

document.addEventListener("keydown", (event) => {
  const target = event.target as HTMLElement | null;
  const typing = target !== null && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || target?.shadowRoot) return;
  event.preventDefault();
  document.querySelector<HTMLInputElement>("form[role=search] input[name=q]")?.focus();
});
