// Bars or a row of columns from a result: one column for the names, one for the numbers, both chosen by the reader.
import { h, svg } from "./dom";
import { numberOf, type Result, type Value } from "./result";

const MOST = 40; // bars; more cannot be told apart

/** Draw a result as a chart with choices above it, or say why there is nothing to draw. */
export function chartOf(result: Result): HTMLElement {
  const numeric = result.columns
    .map((_, place) => place)
    .filter((place) => result.rows.some((row) => known(row[place]) !== undefined))
    .filter((place) => result.rows.every((row) => row[place]?.value === "" || known(row[place]) !== undefined));
  if (numeric.length === 0)
    return h("p", { class: "note" }, "No column holds numbers alone. Count something: SELECT ?x (COUNT(?y) AS ?n) … GROUP BY ?x");
  const names = chooser("Names", result.columns, result.columns.findIndex((_, place) => best(result, place, numeric)));
  const numbers = chooser("Numbers", result.columns, numeric[numeric.length - 1] ?? 0, numeric);
  const picture = h("div", { class: "chart" });
  const draw = (): void => picture.replaceChildren(drawn(result, Number(names.select.value), Number(numbers.select.value)));
  names.select.addEventListener("change", draw);
  numbers.select.addEventListener("change", draw);
  draw();
  return h("div", {}, h("div", { class: "controls" }, names.label, numbers.label), picture);
}

function known(value: Value | undefined): number | undefined {
  return value === undefined ? undefined : numberOf(value);
}

/** A column is good for names when it is not numeric, or holds years; literals read better than IRIs. */
function best(result: Result, place: number, numeric: number[]): boolean {
  const years = result.rows.every((row) => /^\d{4}$/.test(row[place]?.value ?? ""));
  if (years) return true;
  if (numeric.includes(place)) return false;
  const literal = result.columns.findIndex((_, other) => !numeric.includes(other) && !result.rows[0]?.[other]?.iri);
  return literal < 0 || literal === place;
}

function chooser(
  name: string,
  columns: string[],
  chosen: number,
  offered = columns.map((_, place) => place),
): { label: HTMLElement; select: HTMLSelectElement } {
  const select = h("select", {});
  for (const place of offered) select.append(h("option", { value: String(place) }, columns[place] ?? ""));
  select.value = String(Math.max(chosen, 0));
  if (select.selectedIndex < 0) select.selectedIndex = 0;
  return { label: h("label", {}, `${name} `, select), select };
}

function drawn(result: Result, names: number, numbers: number): Node {
  const all = result.rows.flatMap((row) => {
    const number = known(row[numbers]);
    return number === undefined ? [] : [{ name: row[names]?.text ?? "", number }];
  });
  const years = all.length > 1 && all.every((bar) => /^\d{4}$/.test(bar.name));
  const shown = all.slice(0, MOST);
  const title = `${result.columns[numbers]} by ${result.columns[names]}`;
  const figure = h("figure", {}, years ? columnsOf(shown, title) : barsOf(shown, title));
  const left = all.length - shown.length;
  figure.append(
    h("figcaption", { class: "note" }, left > 0 ? `${title}: the first ${MOST} of ${all.length} rows shown` : title),
  );
  return figure;
}

interface Bar {
  name: string;
  number: number;
}

function barsOf(bars: Bar[], title: string): SVGSVGElement {
  const row = 24;
  const most = Math.max(...bars.map((bar) => Math.abs(bar.number)), Number.MIN_VALUE);
  const picture = svg("svg", { viewBox: `0 0 720 ${bars.length * row + 4}`, role: "img", "aria-label": title });
  for (const [place, bar] of bars.entries()) {
    const y = place * row;
    const width = (Math.abs(bar.number) / most) * 340;
    const name = bar.name.length > 40 ? `${bar.name.slice(0, 39)}…` : bar.name;
    picture.append(
      svg("text", { x: 290, y: y + 16, "text-anchor": "end", class: "name" }, name),
      svg("rect", { x: 300, y: y + 4, width: Math.max(width, 1), height: row - 8, rx: 2, class: "bar" }),
      svg("text", { x: 308 + width, y: y + 16, class: "number" }, bar.number.toLocaleString("en")),
    );
  }
  return picture;
}

function columnsOf(bars: Bar[], title: string): SVGSVGElement {
  const sorted = [...bars].sort((a, b) => a.name.localeCompare(b.name));
  const step = 700 / sorted.length;
  const most = Math.max(...sorted.map((bar) => bar.number), Number.MIN_VALUE);
  const every = Math.ceil(40 / step); // years are legible from 40 units on
  const picture = svg("svg", { viewBox: "0 0 720 240", role: "img", "aria-label": title });
  for (const [place, bar] of sorted.entries()) {
    const height = (Math.max(bar.number, 0) / most) * 180;
    const x = 10 + place * step;
    picture.append(
      svg("rect", { x, y: 205 - height, width: step * 0.8, height: Math.max(height, 1), rx: 2, class: "bar" },
        svg("title", {}, `${bar.name}: ${bar.number.toLocaleString("en")}`)),
    );
    if (place % every === 0)
      picture.append(
        svg("text", { x: x + step * 0.4, y: 225, "text-anchor": "middle", class: "name" }, bar.name),
        svg("text", { x: x + step * 0.4, y: 198 - height, "text-anchor": "middle", class: "number" },
          bar.number.toLocaleString("en")),
      );
  }
  return picture;
}
