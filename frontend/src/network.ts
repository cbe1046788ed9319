// Draws nodes and edges with cytoscape, in the colours of the page. Knows a picture, not where its data come from.
import cytoscape, { type Core, type ElementDefinition, type NodeSingular, type StylesheetJson } from "cytoscape";
import fcose from "cytoscape-fcose";
import { h } from "./dom";
import type { Result } from "./result";

cytoscape.use(fcose);

export interface Node {
  id: string;
  kind: string;
  label: string;
  /** Where the reader gets on a double click or with Enter; empty when nowhere. */
  href: string;
  centre?: boolean;
  weight?: number;
}

export interface Edge {
  source: string;
  target: string;
  kind: string;
  works?: number;
}

const MOST = 500; // nodes that can be laid out and told apart

export const KIND_COLOURS = ["person", "group", "work", "topic", "organization", "venue", "source", "software"];

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function style(): StylesheetJson {
  const [ink, paper, line, accent] = ["--ink", "--card", "--line", "--accent"].map(colour);
  const text = getComputedStyle(document.body).fontFamily;
  return [
    {
      selector: "node",
      style: {
        label: "data(short)",
        "font-family": text,
        "font-size": 10,
        color: ink as string,
        "text-outline-color": paper as string,
        "text-outline-width": 2,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-wrap": "wrap",
        "text-max-width": "110px",
        "min-zoomed-font-size": 7,
        "background-color": colour("--kind-other") || "#888",
        width: "data(size)",
        height: "data(size)",
        "border-width": 1,
        "border-color": paper as string,
      },
    },
    ...KIND_COLOURS.map((kind) => ({
      selector: `node[kind="${kind}"]`,
      style: {
        "background-color": colour(`--kind-${kind}`) || "#888",
        shape: kind === "work" || kind === "source" ? ("round-rectangle" as const) : kind === "topic" ? ("diamond" as const)
          : kind === "organization" || kind === "venue" ? ("hexagon" as const) : ("ellipse" as const),
      },
    })),
    { selector: "node[?centre]", style: { "border-width": 3, "border-color": accent as string, "font-weight": "bold", "font-size": 13 } },
    { selector: "node:selected", style: { "border-width": 4, "border-color": colour("--focus") } },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": line as string,
        "curve-style": "haystack",
        opacity: 0.9,
      },
    },
    { selector: 'edge[kind="path"]', style: { "line-color": accent as string, width: 4 } },
    { selector: ".faint", style: { opacity: 0.15 } },
  ];
}

function nodeElement(node: Node): ElementDefinition {
  const short = node.label.length > 34 ? `${node.label.slice(0, 33)}…` : node.label;
  const size = 16 + Math.min(Math.sqrt(node.weight ?? 1) * 4, 26) + (node.centre ? 8 : 0);
  return { group: "nodes", data: { ...node, short, size, centre: node.centre ?? false } };
}

function edgeElement(edge: Edge): ElementDefinition {
  const width = Math.min(1 + Math.log2((edge.works ?? 1) + 1), 7);
  return { group: "edges", data: { ...edge, id: `${edge.kind} ${edge.source} ${edge.target}`, width } };
}

const CLOSEST = 4;
const CLOSEST_FIT = 1.4;

/** Make an empty network in `holder`; what is shown is set with `show`. */
export function makeNetwork(holder: HTMLElement): Core {
  // cytoscape puts a style element into the head unless one with this id is there; the rule is in our style sheet.
  if (document.getElementById("__________cytoscape_stylesheet") === null)
    document.head.append(h("meta", { id: "__________cytoscape_stylesheet" }));
  const network = cytoscape({ container: holder, style: style(), minZoom: 0.1, maxZoom: CLOSEST });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => network.style(style()));
  return network;
}

/** Show these nodes and edges; what is there already stays where it is, and new nodes grow from their neighbours. */
export function show(network: Core, nodes: Node[], edges: Edge[]): void {
  const fresh = network.nodes().empty();
  const wanted = new Set([...nodes.map((node) => node.id), ...edges.map((edge) => edgeElement(edge).data.id)]);
  network.batch(() => {
    network.elements().forEach((element) => {
      if (!wanted.has(element.id())) element.remove();
    });
    for (const node of nodes) {
      const element = nodeElement(node);
      const there = network.getElementById(node.id);
      if (there.nonempty()) {
        there.data(element.data);
        continue;
      }
      const neighbour = edges.find(
        (edge) =>
          (edge.source === node.id && network.getElementById(edge.target).nonempty()) ||
          (edge.target === node.id && network.getElementById(edge.source).nonempty()),
      );
      const near = neighbour?.source === node.id ? neighbour.target : neighbour?.source;
      const place = near === undefined ? undefined : (network.$id(near) as unknown as NodeSingular).position();
      const angle = Math.random() * 2 * Math.PI;
      const beside = place && { x: place.x + 40 * Math.cos(angle), y: place.y + 40 * Math.sin(angle) };
      network.add(beside === undefined ? element : { ...element, position: beside });
    }
    for (const edge of edges) {
      const element = edgeElement(edge);
      const there = network.getElementById(element.data.id ?? "");
      if (there.nonempty()) there.data(element.data);
      else network.add(element);
    }
  });
  layOut(network, fresh);
}

/** Lay the nodes out, from where they are or `afresh`. Readers who asked for less motion see no animation. */
export function layOut(network: Core, afresh = true): void {
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const many = network.nodes().length > 150;
  const options = {
    name: "fcose",
    quality: many ? "default" : "proof",
    animate: !still && !many,
    animationDuration: 500,
    randomize: afresh,
    nodeSeparation: 140,
    idealEdgeLength: 150,
    nodeRepulsion: 30000,
    nodeDimensionsIncludeLabels: true,
    gravity: 0.15,
    padding: 30,
  };
  // A picture of three people is not blown up to fill the frame: fitting may not come closer than this.
  network.maxZoom(CLOSEST_FIT);
  const layout = network.layout(options as cytoscape.LayoutOptions);
  layout.one("layoutstop", () => network.maxZoom(CLOSEST));
  layout.run();
}

/** Write what is shown as an SVG document, as it stands. */
export function asSvg(network: Core, title: string): string {
  const box = network.elements().boundingBox();
  const pad = 20;
  const escape = (text: string): string =>
    text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "");
  const lines = network.edges().map((edge) => {
    const [from, to] = [edge.source().position(), edge.target().position()];
    return `<line x1="${from.x}" y1="${from.y}" x2="${to.x}" y2="${to.y}" stroke="${edge.style("line-color")}" stroke-width="${edge.data("width")}"/>`;
  });
  const dots = network.nodes().map((node) => {
    const { x, y } = node.position();
    const radius = Number(node.data("size")) / 2;
    const name = escape(String(node.data("short")));
    return (
      `<circle cx="${x}" cy="${y}" r="${radius}" fill="${node.style("background-color")}"><title>${escape(String(node.data("label")))}</title></circle>` +
      `<text x="${x}" y="${y + radius + 12}" text-anchor="middle" font-size="11" fill="${colour("--ink")}">${name}</text>`
    );
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x1 - pad} ${box.y1 - pad} ${box.w + 2 * pad} ${box.h + 2 * pad}" font-family="sans-serif">` +
    `<title>${escape(title)}</title><rect x="${box.x1 - pad}" y="${box.y1 - pad}" width="100%" height="100%" fill="${colour("--card")}"/>` +
    `${lines.join("")}${dots.join("")}</svg>`
  );
}

// Views of SPARQL results.

/** A result as a network: each row joins the first two columns that hold IRIs. */
export function networkOfRows(result: Result): HTMLElement {
  const iris = result.columns.map((_, place) => place).filter((place) => result.rows.some((row) => row[place]?.iri));
  const [from, to] = iris;
  if (from === undefined || to === undefined)
    return h("p", { class: "note" }, "A graph needs two columns of IRIs: each row becomes a line between them.");
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  for (const row of result.rows) {
    const ends = [row[from], row[to]].filter((value) => value?.iri);
    for (const value of ends)
      if (value !== undefined && nodes.size < MOST && !nodes.has(value.value))
        nodes.set(value.value, { id: value.value, kind: kindOf(value.value), label: value.text, href: value.href });
    const [source, target] = ends.map((value) => value?.value ?? "");
    if (source && target && nodes.has(source) && nodes.has(target)) edges.push({ source, target, kind: "row" });
  }
  const words = `${result.columns[from]} and ${result.columns[to]}`;
  return drawn([...nodes.values()], edges, `Lines between ${words}`);
}

const TRIPLE = /^<([^>]*)> <([^>]*)> (?:<([^>]*)>|"((?:[^"\\]|\\.)*)")/;

/** A graph as a network, read as N-Triples: things are nodes, statements between things are lines. */
export async function networkOfTriples(address: URL): Promise<HTMLElement> {
  const text = await (await fetch(address)).text();
  const nodes = new Map<string, Node>();
  const edges: Edge[] = [];
  const names = new Map<string, string>();
  for (const line of text.split("\n")) {
    const found = TRIPLE.exec(line);
    if (found === null) continue;
    const [, source = "", predicate = "", target, literal] = found;
    if (literal !== undefined && /(name|label|prefLabel|title)$/.test(predicate)) names.set(source, unescape(literal));
    if (target === undefined || predicate.endsWith("#type")) continue;
    for (const id of [source, target])
      if (nodes.size < MOST && !nodes.has(id)) nodes.set(id, { id, kind: kindOf(id), label: id, href: id });
    if (nodes.has(source) && nodes.has(target)) edges.push({ source, target, kind: predicate });
  }
  for (const node of nodes.values()) {
    node.label = names.get(node.id) ?? node.id.split(/[/#]/).slice(-2).join("/");
    if (!/^https?:/.test(node.href)) node.href = "";
  }
  return drawn([...nodes.values()], edges, "Statements between things");
}

function unescape(literal: string): string {
  try {
    return JSON.parse(`"${literal}"`) as string;
  } catch {
    return literal; // \U escapes are not JSON
  }
}

function kindOf(iri: string): string {
  return KIND_COLOURS.find((kind) => iri.includes(`/${kind}/`)) ?? "other";
}

function drawn(nodes: Node[], edges: Edge[], title: string): HTMLElement {
  const holder = h("div", { class: "network", role: "img", "aria-label": title });
  const note = h("p", { class: "note" }, `${title}: ${nodes.length} nodes, ${edges.length} lines.`);
  if (nodes.length >= MOST) note.append(` Only ${MOST} nodes are drawn; the table holds all rows.`);
  const unique = new Map(edges.map((edge) => [`${edge.kind} ${edge.source} ${edge.target}`, edge]));
  // The holder has no size before it is on the page.
  requestAnimationFrame(() => {
    const network = makeNetwork(holder);
    show(network, nodes, [...unique.values()]);
    network.on("dbltap", "node", (event) => follow(event.target as NodeSingular));
  });
  return h("div", {}, note, holder);
}

/** Go to the page of a node. */
export function follow(node: NodeSingular): void {
  const href = String(node.data("href") ?? "");
  if (/^(https?:|\.{0,2}\/|[\w-]+\/)/.test(href)) window.location.assign(href);
}
