// Reads the table that the server drew back into columns and values, for the other views of the same rows.

export interface Value {
  text: string;
  /** The IRI, or the literal as the graph has it; empty where nothing is bound. */
  value: string;
  iri: boolean;
  href: string;
}

export interface Result {
  columns: string[];
  rows: Value[][];
}

/** Read a result table: cells carry `data-value` and, for IRIs, `data-iri`. */
export function readResult(table: HTMLTableElement): Result {
  const columns = [...(table.tHead?.rows[0]?.cells ?? [])].map((cell) => cell.textContent?.trim() ?? "");
  const rows = [...(table.tBodies[0]?.rows ?? [])].map((row) =>
    [...row.cells].map((cell) => ({
      text: (cell.querySelector(".label") ?? cell).textContent?.trim() ?? "",
      value: cell.dataset["value"] ?? "",
      iri: cell.dataset["iri"] !== undefined,
      href: cell.querySelector("a")?.href ?? "",
    })),
  );
  return { columns, rows };
}

/** Return the number a value is, or undefined. */
export function numberOf(value: Value): number | undefined {
  if (value.iri || value.value.trim() === "") return undefined;
  const number = Number(value.value);
  return Number.isFinite(number) ? number : undefined;
}
