// The explorer: the page of /explore with a picture. The server decides what is shown and says what is left out; here
// its answer is drawn, and every change of the state is one more page of the same address, put in place of this one.
import type { Core, NodeSingular } from "cytoscape";
import { combobox, type Hit } from "./combobox";
import { download, fetchPage, h, must, replaceFrom } from "./dom";
import { asSvg, follow, layOut, makeNetwork, show, type Edge, type Node } from "./network";

interface Shown {
  title: string;
  nodes: (Node & { iri: string; detail: string; expand: string })[];
  edges: Edge[];
}

const root = new URL(document.querySelector<HTMLElement>("[data-root]")?.dataset["root"] ?? "./", document.baseURI);
let network: Core | undefined;
let shown: Shown = { title: "", nodes: [], edges: [] };
let asked: AbortController | undefined;

function read(): Shown {
  const text = document.getElementById("graph-data")?.textContent ?? "";
  return text === "" ? { title: "", nodes: [], edges: [] } : (JSON.parse(text) as Shown);
}

/** Go to another state: its page is fetched, and its parts replace those of this one. */
async function go(address: URL, push = true): Promise<void> {
  asked?.abort();
  const own = (asked = new AbortController());
  const stage = document.getElementById("stage");
  stage?.setAttribute("aria-busy", "true");
  try {
    const { page, status, address: reached } = await fetchPage(address.href, { signal: own.signal });
    if (status >= 400) {
      say(page.querySelector("h1")?.textContent?.trim() ?? `The server answered ${status}`);
      return;
    }
    for (const id of ["explored", "exports", "controls", "graph-data"]) replaceFrom(page, id);
    document.title = page.title;
    if (push) window.history.pushState({}, "", reached);
    draw();
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return;
    if (!(error instanceof TypeError)) throw error;
    say("The server cannot be reached");
  } finally {
    if (asked === own) stage?.removeAttribute("aria-busy");
  }
}

function say(text: string): void {
  must("spoken", HTMLElement).textContent = text;
}

function draw(): void {
  shown = read();
  const stage = must("stage", HTMLElement);
  stage.hidden = shown.nodes.length === 0;
  dress();
  if (stage.hidden) return;
  if (network === undefined) {
    network = makeNetwork(must("network", HTMLElement));
    network.on("tap", "node", (event) => select(event.target as NodeSingular));
    network.on("dbltap", "node", (event) => expand((event.target as NodeSingular).id()));
    network.on("tap", (event) => {
      if (event.target === network) select(undefined);
    });
  }
  show(network, shown.nodes.map((node) => ({ ...node, href: addressOfThing(node.href) })), shown.edges);
  select(undefined);
  say(`${shown.nodes.length} things and ${shown.edges.length} links are shown`);
}

/** Return the address of a thing's page; empty for a thing whose IRI must not become a link. */
function addressOfThing(href: string): string {
  return href === "" ? "" : new URL(href, root).href;
}

function expand(id: string): void {
  const node = shown.nodes.find((one) => one.id === id);
  if (node?.expand) void go(new URL(node.expand, root));
}

/** Show what is selected beside the picture, with what can be done; the rest of the picture steps back. */
function select(node: NodeSingular | undefined): void {
  const panel = must("selected", HTMLElement);
  network?.elements().removeClass("faint");
  if (node === undefined) {
    panel.replaceChildren(h("p", { class: "note" }, "Click a thing to see what it is, twice to show what is around it."));
    return;
  }
  network?.elements().not(node.closedNeighborhood()).addClass("faint");
  const found = shown.nodes.find((one) => one.id === node.id());
  if (found === undefined) return;
  const more = h("button", { type: "button" }, "Show what is around it");
  more.addEventListener("click", () => expand(found.id));
  more.disabled = found.expand === "";
  panel.replaceChildren(
    h("p", { class: "kind" }, found.kind),
    h("h3", {}, found.href === "" ? found.label : h("a", { href: addressOfThing(found.href) }, found.label)),
    ...(found.detail ? [h("p", { class: "note" }, found.detail)] : []),
    h("p", { class: "note" }, `${node.degree(false)} links in this picture`),
    h("div", { class: "controls" }, more),
  );
}

/** Wire the parts that came with the last page. */
function dress(): void {
  const form = must("controls", HTMLFormElement);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void go(addressOf(form));
  });
  form.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.type === "checkbox") void go(addressOf(form));
  });
  for (const input of form.querySelectorAll<HTMLInputElement>("input[data-complete]"))
    combobox(input, root, (hit) => picked(form, input, hit), input.dataset["complete"] ?? "");
  for (const link of document.querySelectorAll<HTMLAnchorElement>("#explored a[data-state], #controls a[data-state]"))
    link.addEventListener("click", (event) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey) return;
      event.preventDefault();
      void go(new URL(link.href));
    });
}

function picked(form: HTMLFormElement, input: HTMLInputElement, hit: Hit): void {
  input.value = hit.path;
  if (input.name === "add" || (input.name === "to" && form.querySelector<HTMLInputElement>("input[name=from]")?.value))
    void go(addressOf(form));
}

function addressOf(form: HTMLFormElement): URL {
  const address = new URL(form.action);
  for (const [name, value] of new FormData(form))
    if (typeof value === "string" && value !== "" && !(name === "most" && value === form.dataset["most"]))
      address.searchParams.append(name, value);
  return address;
}

function button(id: string, act: () => void): void {
  document.getElementById(id)?.addEventListener("click", act);
}

button("png", () => {
  const background = getComputedStyle(document.documentElement).getPropertyValue("--card").trim();
  const picture: unknown = network?.png({ output: "blob", full: true, scale: 2, bg: background });
  if (picture instanceof Blob) download(picture, "explored.png");
});
button("svg", () => {
  if (network !== undefined)
    download(new Blob([asSvg(network, shown.title)], { type: "image/svg+xml" }), "explored.svg");
});
button("fit", () => network?.animate({ fit: { eles: network.elements(), padding: 30 }, duration: 200 }));
button("again", () => {
  if (network !== undefined) layOut(network);
});
button("closer", () => network?.zoom({ level: network.zoom() * 1.3, renderedPosition: middle() }));
button("farther", () => network?.zoom({ level: network.zoom() / 1.3, renderedPosition: middle() }));

function middle(): { x: number; y: number } {
  return { x: (network?.width() ?? 0) / 2, y: (network?.height() ?? 0) / 2 };
}

must("network", HTMLElement).addEventListener("keydown", (event) => {
  if (network === undefined) return;
  const step = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] }[event.key];
  const [x, y] = step ?? [];
  if (x !== undefined && y !== undefined) network.panBy({ x, y });
  else if (event.key === "+") network.zoom(network.zoom() * 1.2);
  else if (event.key === "-") network.zoom(network.zoom() / 1.2);
  else if (event.key === "Enter" && network.$(":selected").nonempty()) follow(network.$(":selected").first() as NodeSingular);
  else return;
  event.preventDefault();
});
window.addEventListener("popstate", () => void go(new URL(window.location.href), false));
draw();
