// The SPARQL editor: CodeMirror with completion from what the graph says about itself, and errors at their place.
//
// It lives in a shadow tree: there its style sheets are constructed objects, which a strict Content-Security-Policy
// allows without a nonce. Colours come from the page's custom properties, which reach into the tree.
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState, Prec } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";

export interface Term {
  term: string;
  count: number;
  about: string;
  classes?: string[];
}

export interface Vocabulary {
  prefixes: Record<string, string>;
  classes: Term[];
  properties: Term[];
}

const KEYWORDS = (
  "SELECT DISTINCT WHERE OPTIONAL FILTER UNION MINUS BIND VALUES GRAPH CONSTRUCT DESCRIBE ASK PREFIX LIMIT OFFSET " +
  "COUNT SUM AVG MIN MAX SAMPLE GROUP_CONCAT STR LANG REGEX CONTAINS STRSTARTS LCASE COALESCE YEAR BOUND CONCAT IF"
)
  .split(" ")
  .concat(["GROUP BY", "ORDER BY", "ORDER BY DESC", "FILTER NOT EXISTS", "FILTER EXISTS", "HAVING", "AS"]);

/** Offers terms by what stands before the cursor; nothing inside a comment, an IRI or a text. */
function completions(vocabulary: () => Vocabulary | undefined): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    if (/(^|\s)#/.test(before.replace(/<[^>]*>/g, "")) || /"[^"]*$/.test(before.replace(/"[^"]*"/g, ""))) return null;
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable !== null) {
      const names = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
      names.delete(variable.text);
      return { from: variable.from, options: [...names].sort().map((label) => ({ label, type: "variable" })) };
    }
    const word = context.matchBefore(/[\w.-]*:?[\w.-]*/);
    if (word === null || (word.text === "" && !context.explicit)) return null;
    const known = vocabulary();
    if (/\bPREFIX\s+[\w.-]*:?$/i.test(before)) {
      const options = Object.entries(known?.prefixes ?? {}).map(([name, iri]) => ({
        label: `${name}: <${iri}>`,
        type: "namespace",
      }));
      return { from: word.from, options };
    }
    const classes = /(\ba|rdf:type)\s+[\w.:-]*$/.test(before);
    const options: Completion[] = (classes ? known?.classes : known?.properties)?.map(offered) ?? [];
    if (!classes) {
      options.push(...(known?.classes ?? []).map((term) => ({ ...offered(term), boost: -20 })));
      options.push(...KEYWORDS.map((label) => ({ label, type: "keyword", boost: -10 })));
    }
    return { from: word.from, options, validFor: /^[\w.-]*:?[\w.-]*$/ };
  };
}

function offered(term: Term): Completion {
  const about = [term.about, term.classes?.length ? `on ${term.classes.join(", ")}` : ""].filter((part) => part !== "");
  return {
    label: term.term,
    detail: term.count.toLocaleString("en"),
    ...(about.length > 0 ? { info: about.join("\n") } : {}),
    // Much used terms come first; the boost is at most 9 (a thousand million statements).
    boost: Math.log10(term.count + 1),
  };
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--code-variable)" },
  { tag: [tags.string, tags.literal], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool], color: "var(--code-number)" },
  { tag: [tags.url, tags.link, tags.namespace, tags.name], color: "var(--code-name)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
]);

const looks = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--card)", fontSize: "0.92rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "13rem", maxHeight: "60vh" },
  ".cm-content": { caretColor: "var(--ink)", padding: "0.7rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--tint)", color: "var(--soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--tint) 60%, transparent)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 28%, transparent)",
  },
  ".cm-matchingBracket": { backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)", outline: "none" },
  ".cm-tooltip": {
    backgroundColor: "var(--card)",
    color: "var(--ink)",
    border: "1px solid var(--line)",
    borderRadius: "6px",
    boxShadow: "0 6px 24px rgb(0 0 0 / 0.18)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.2rem 0.7rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-tooltip.cm-completionInfo": { padding: "0.5rem 0.8rem", maxWidth: "26rem", whiteSpace: "pre-line" },
  ".cm-completionDetail": { opacity: "0.75", fontStyle: "normal" },
  ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
});

export interface Editor {
  text(): string;
  replace(text: string): void;
  focus(): void;
  /** Mark a place (both from 1) with a message, or clear the mark. */
  mark(place: { line: number; column: number; message: string } | undefined): void;
}

/** Put an editor into `host`. `run` is called by Ctrl+Enter, `changed` after every change of the text. */
export function makeEditor(
  host: HTMLElement,
  text: string,
  label: string,
  vocabulary: () => Vocabulary | undefined,
  run: () => void,
  changed: (text: string) => void,
): Editor {
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (run(), true) }])),
        lineNumbers(),
        history(),
        highlightSpecialChars(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        lintGutter(),
        sparql(),
        autocompletion({ override: [completions(vocabulary)], icons: false }),
        // Tab is left to the browser, so that the keyboard can leave the editor.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...lintKeymap, ...defaultKeymap, ...historyKeymap]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
        syntaxHighlighting(colours),
        looks,
      ],
    }),
  });
  return {
    text: () => view.state.doc.toString(),
    replace: (fresh) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: fresh } }),
    focus: () => view.focus(),
    mark: (place) => {
      if (place === undefined) {
        view.dispatch(setDiagnostics(view.state, []));
        return;
      }
      const line = view.state.doc.line(Math.min(Math.max(place.line, 1), view.state.doc.lines));
      const from = Math.min(line.from + Math.max(place.column - 1, 0), line.to);
      const word = /^\S+/.exec(view.state.doc.sliceString(from, line.to));
      const to = Math.max(from, Math.min(from + (word?.[0].length ?? 1), line.to));
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message: place.message }]));
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    },
  };
}
