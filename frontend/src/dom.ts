// Makes elements. Text goes in as text nodes only, so nothing from the data is ever read as markup.

type Child = Node | string;

/** Make an element with attributes and children; `class` and ARIA names are attributes like any other. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an SVG element. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | number> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS(SVG, tag) as SVGElementTagNameMap[K];
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Return the element that a page must have under this id. */
export function must<T extends Element>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} with the id ${id}`);
  return found;
}

/** Offer a text or a picture as a file. */
export function download(content: Blob, name: string): void {
  const address = URL.createObjectURL(content);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/** Fetch a page of this site; `address` is where redirects led. Pages of problems are documents too; see `status`. */
export async function fetchPage(
  address: string,
  init: RequestInit = {},
): Promise<{ page: Document; status: number; address: string }> {
  const answer = await fetch(address, { ...init, headers: { Accept: "text/html" } });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, status: answer.status, address: answer.url };
}

/** Put the element of another document in the place of the one with the same id here. */
export function replaceFrom(page: Document, id: string): void {
  const fresh = page.getElementById(id);
  const stale = document.getElementById(id);
  if (fresh !== null && stale !== null) stale.replaceWith(document.adoptNode(fresh));
}
