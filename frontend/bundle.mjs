// Bundles the scripts of the pages into kg/web/static/dist, with a list of what went in and its licences.
//
// Every output name carries a digest of its content, so that it may be cached for ever; `bundle.json` says which
// file is which. `licences.txt` holds the licence of each package of which code is in a bundle.
import { build } from "esbuild";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "..", "kg", "web", "static", "dist"));
const entries = ["site", "workbench", "explore"];

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const result = await build({
  absWorkingDir: here,
  entryPoints: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  outdir: out,
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["es2022"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});

const files = {};
const packages = new Set();
for (const [path, output] of Object.entries(result.metafile.outputs)) {
  const name = entries.find((entry) => output.entryPoint === `src/${entry}.ts`);
  if (name !== undefined) files[name] = basename(path);
  for (const [input, { bytesInOutput }] of Object.entries(output.inputs)) {
    const found = /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
    if (found !== null && bytesInOutput > 0) packages.add(found[1]);
  }
}
const parts = Object.keys(result.metafile.outputs).map((path) => basename(path));
writeFileSync(join(out, "bundle.json"), JSON.stringify({ entries: files, files: parts.sort() }, null, 1) + "\n");
writeFileSync(join(out, "licences.txt"), [...packages].sort().map(licence).join("\n"));

function licence(name) {
  const folder = join(here, "node_modules", name);
  const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
  if (text === "" && !about.license) throw new Error(`${name} names no licence`);
  const rule = "=".repeat(78);
  return `${rule}\n${name} ${about.version}: ${about.license ?? "see below"}\n${rule}\n${text || "(no licence file; see its package.json)"}\n`;
}
