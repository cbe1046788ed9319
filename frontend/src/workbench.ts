// The SPARQL workbench: the form of /sparql with an editor, running without leaving the page, more views of the
// result, and the history of this browser. The server draws the table; here it is only asked for and put in place.
import { chartOf } from "./chart";
import { fetchPage, h, must, replaceFrom } from "./dom";
import { makeEditor, type Vocabulary } from "./editor";
import { readResult } from "./result";

const HISTORY = "kg-sparql-history";
const KEPT = 50; // queries
const LONGEST_ADDRESS = 8000; // characters; a longer query is posted, and the address cannot hold it

const form = must("workbench", HTMLFormElement);
const area = must("query", HTMLTextAreaElement);
const root = new URL(form.dataset["root"] ?? "./", document.baseURI);
let vocabulary: Vocabulary | undefined;
let running: AbortController | undefined;

const host = h("div", { class: "editor" });
area.before(host);
area.hidden = true;
area.required = false;
const editor = makeEditor(host, area.value, "SPARQL query", () => vocabulary, () => void run(), (text) => {
  area.value = text;
});
form.querySelector("label[for=query]")?.addEventListener("click", () => editor.focus());

void fetch(new URL("sparql/vocabulary.json", root), { headers: { Accept: "application/json" } })
  .then(async (answer) => {
    if (answer.ok) vocabulary = (await answer.json()) as Vocabulary;
  })
  .catch(() => undefined); // without it the editor completes keywords and variables alone

function addressOf(query: string): URL {
  const address = new URL("sparql", root);
  address.searchParams.set("query", query);
  return address;
}

async function run(push = true): Promise<void> {
  const query = editor.text();
  if (query.trim() === "") {
    editor.focus();
    return;
  }
  running?.abort();
  const own = (running = new AbortController());
  const stop = must("stop", HTMLButtonElement);
  const clock = must("clock", HTMLElement);
  stop.hidden = false;
  document.getElementById("answer")?.setAttribute("aria-busy", "true");
  const begun = performance.now();
  const ticking = window.setInterval(() => {
    clock.textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  }, 100);
  const address = addressOf(query);
  const long = address.href.length > LONGEST_ADDRESS;
  try {
    const { page } = await fetchPage(
      long ? new URL("sparql", root).href : address.href,
      long
        ? { method: "POST", body: new URLSearchParams({ query }), signal: own.signal }
        : { signal: own.signal },
    );
    replaceFrom(page, "answer");
    if (push && !long) window.history.pushState({ query }, "", address);
    const took = Math.round(performance.now() - begun);
    clock.textContent = `${took.toLocaleString("en")} ms with the way here${long ? "; too long for an address" : ""}`;
    remember(query);
    dress();
  } catch (error) {
    const stopped = error instanceof DOMException && error.name === "AbortError";
    clock.textContent = stopped ? "stopped" : "the server cannot be reached";
    if (!stopped && !(error instanceof TypeError)) throw error;
  } finally {
    window.clearInterval(ticking);
    if (running === own) {
      stop.hidden = true;
      document.getElementById("answer")?.removeAttribute("aria-busy");
    }
  }
}

/** Give the answer that the page holds now its further views, and the error its place in the editor. */
function dress(): void {
  const problem = document.querySelector<HTMLElement>("#answer .problem");
  const line = Number(problem?.dataset["line"] ?? "");
  editor.mark(
    problem !== null && line > 0
      ? { line, column: Number(problem.dataset["column"] ?? "1"), message: problem.innerText.trim() }
      : undefined,
  );
  const result = document.getElementById("result-views");
  if (result === null) return;
  const views: [string, () => Promise<Node>][] = [];
  const table = result.querySelector("table");
  const link = result.dataset["raw"];
  if (table !== null) {
    views.push(["Chart", () => Promise.resolve(chartOf(readResult(table)))]);
    views.push(["Graph", async () => (await import("./network")).networkOfRows(readResult(table))]);
  } else if (result.dataset["triples"] !== undefined) {
    const triples = result.dataset["triples"];
    views.push(["Graph", async () => (await import("./network")).networkOfTriples(new URL(triples, root))]);
  }
  if (link !== undefined) views.push(["Raw", () => raw(new URL(link, root))]);
  if (views.length > 0) tabs(result, table === null ? "Text" : "Table", views);
}

async function raw(address: URL): Promise<Node> {
  const text = await (await fetch(address)).text();
  const shown = text.slice(0, 200_000);
  const note = h("p", { class: "note" }, `${text.length.toLocaleString("en")} characters`);
  if (shown.length < text.length) note.append("; the beginning is shown, the downloads hold all of it");
  return h("div", {}, note, h("pre", { tabindex: "0" }, shown));
}

/** Make tabs by the ARIA pattern: arrows move between them, the panel follows. */
function tabs(holder: HTMLElement, first: string, more: [string, () => Promise<Node>][]): void {
  const own = h("div", { id: "view-0", role: "tabpanel", "aria-labelledby": "tab-0" });
  own.append(...holder.childNodes);
  const list = h("div", { role: "tablist", "aria-label": "Views of the result", class: "tabs" });
  const panels = [own];
  const names = [first, ...more.map(([name]) => name)];
  const buttons = names.map((name, place) =>
    h("button", { type: "button", role: "tab", id: `tab-${place}`, "aria-controls": `view-${place}` }, name),
  );
  const select = (place: number, focus: boolean): void => {
    for (const [number, button] of buttons.entries()) {
      button.setAttribute("aria-selected", String(number === place));
      button.tabIndex = number === place ? 0 : -1;
    }
    for (const [number, panel] of panels.entries()) panel.hidden = number !== place;
    if (focus) buttons[place]?.focus();
    const panel = panels[place];
    const make = more[place - 1]?.[1];
    if (panel !== undefined && make !== undefined && !panel.hasChildNodes()) {
      panel.append(h("p", { class: "note", role: "status" }, "Drawing…"));
      void make()
        .then((node) => panel.replaceChildren(node))
        .catch((error: unknown) => panel.replaceChildren(h("p", { class: "note" }, `This cannot be shown: ${error}`)));
    }
  };
  for (const [number] of more.entries())
    panels.push(
      h("div", { id: `view-${number + 1}`, role: "tabpanel", "aria-labelledby": `tab-${number + 1}`, hidden: "" }),
    );
  for (const [place, button] of buttons.entries()) {
    button.addEventListener("click", () => select(place, false));
    button.addEventListener("keydown", (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step !== 0) select((place + step + buttons.length) % buttons.length, true);
    });
  }
  list.append(...buttons);
  holder.append(list, ...panels);
  select(0, false);
}

// The history of this browser: texts of queries, nothing of results, nothing sent anywhere.

interface Past {
  query: string;
  when: string;
}

function past(): Past[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(HISTORY) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.filter((one): one is Past => typeof one?.query === "string" && typeof one?.when === "string");
  } catch {
    return []; // no storage, or something else wrote there
  }
}

function remember(query: string): void {
  const kept = [{ query, when: new Date().toISOString() }, ...past().filter((one) => one.query !== query)];
  try {
    localStorage.setItem(HISTORY, JSON.stringify(kept.slice(0, KEPT)));
  } catch {
    return; // full or forbidden: the history is a comfort
  }
  showHistory();
}

function showHistory(): void {
  const holder = must("history", HTMLElement);
  const kept = past();
  holder.hidden = kept.length === 0;
  const clear = h("button", { type: "button", class: "quiet" }, "Forget all");
  clear.addEventListener("click", () => {
    localStorage.removeItem(HISTORY);
    showHistory();
  });
  holder.replaceChildren(
    h("h2", {}, "Asked in this browser"),
    h(
      "ul",
      { class: "plain past" },
      ...kept.slice(0, 12).map((one) => {
        const link = h("a", { href: addressOf(one.query).href }, h("code", {}, firstLine(one.query)));
        return h("li", {}, link, " ", h("time", { class: "note", datetime: one.when }, spoken(one.when)));
      }),
    ),
    clear,
  );
}

function spoken(moment: string): string {
  const date = new Date(moment);
  return Number.isNaN(date.getTime()) ? "" : date.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" });
}

function firstLine(query: string): string {
  const lines = query.split("\n").map((line) => line.trim());
  const line = lines.find((one) => one !== "" && !/^(#|PREFIX|BASE)/i.test(one)) ?? query;
  return line.length > 90 ? `${line.slice(0, 90)}…` : line;
}

form.addEventListener("submit", (event) => {
  const format = must("format", HTMLSelectElement).value;
  if (format !== "html") return; // data is a download, which the browser does by itself
  event.preventDefault();
  void run();
});
must("stop", HTMLButtonElement).addEventListener("click", () => running?.abort());
window.addEventListener("popstate", () => {
  const query = new URL(window.location.href).searchParams.get("query");
  if (query === null) {
    window.location.reload();
    return;
  }
  editor.replace(query);
  void run(false);
});
if (area.value && document.getElementById("result-views") !== null) remember(area.value);
showHistory();
dress();
