// An input with suggestions, by the ARIA pattern "combobox with list popup and list autocomplete": the focus stays in
// the input, the arrows walk through the list, Enter takes what is marked, Escape closes. Without this script the
// input is an ordinary search field.
import { h } from "./dom";

export interface Hit {
  iri: string;
  path: string;
  kind: string;
  called: string;
  label: string;
  detail: string;
}

interface Completion {
  hits: Hit[];
}

const PAUSE = 70; // milliseconds without a key before the server is asked
let lists = 0;

/** Give an input suggestions from the `complete` address below `root`; `choose` is called with the hit taken. */
export function combobox(input: HTMLInputElement, root: URL, choose: (hit: Hit) => void, kind = ""): void {
  const id = `suggestions-${++lists}`;
  const list = h("ul", { id, role: "listbox", "aria-label": "Suggestions", class: "suggestions", hidden: "" });
  const spoken = h("span", { class: "hidden", role: "status" });
  const holder = input.parentElement;
  if (holder === null) return;
  holder.classList.add("completes");
  input.after(list, spoken);
  for (const [name, value] of Object.entries({
    role: "combobox",
    autocomplete: "off",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": id,
  }))
    input.setAttribute(name, value);

  let hits: Hit[] = [];
  let marked = -1;
  let timer = 0;
  let asked: AbortController | undefined;

  const close = (): void => {
    clearTimeout(timer);
    asked?.abort();
    list.hidden = true;
    marked = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (place: number): void => {
    marked = place;
    for (const [number, option] of [...list.children].entries()) {
      option.setAttribute("aria-selected", String(number === place));
      if (number === place) option.scrollIntoView({ block: "nearest" });
    }
    if (place < 0) input.removeAttribute("aria-activedescendant");
    else input.setAttribute("aria-activedescendant", `${id}-${place}`);
  };

  const take = (hit: Hit): void => {
    close();
    choose(hit);
  };

  const show = (found: Hit[]): void => {
    hits = found;
    list.replaceChildren(
      ...found.map((hit, number) => {
        const option = h(
          "li",
          { id: `${id}-${number}`, role: "option", "aria-selected": "false" },
          h("span", { class: "kind" }, hit.called),
          h("span", { class: "label" }, hit.label),
          ...(hit.detail ? [h("span", { class: "note" }, hit.detail)] : []),
        );
        // The pointer must not take the focus away from the input.
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => take(hit));
        return option;
      }),
    );
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    mark(-1);
    spoken.textContent = found.length === 0 ? "No suggestions" : `${found.length} suggestions`;
  };

  const ask = async (): Promise<void> => {
    asked?.abort();
    const text = input.value.trim();
    if (text === "") {
      close();
      return;
    }
    asked = new AbortController();
    const address = new URL("search/complete.json", root);
    address.searchParams.set("q", text.slice(0, 200));
    if (kind) address.searchParams.set("kind", kind);
    try {
      const answer = await fetch(address, { signal: asked.signal, headers: { Accept: "application/json" } });
      if (answer.ok && document.activeElement === input) show(((await answer.json()) as Completion).hits);
    } catch (error) {
      // Typed on, or the network is gone: the form itself still works.
      if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const hit = hits[marked];
    if (event.key === "Enter" && !list.hidden && hit !== undefined) {
      event.preventDefault();
      take(hit);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) void ask();
      else {
        const step = event.key === "ArrowDown" ? 1 : -1;
        const places = hits.length + 1; // the input itself is a place of the walk
        mark(((marked + 1 + step + places) % places) - 1);
      }
    }
  });
}
