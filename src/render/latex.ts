import type { Block, FigureBlock, ImageGrid, Outcome, ReportDocument, Stamp } from "../document/tree.ts";
import { bibliographyFile } from "./bibtex.ts";
import { latexSection } from "./latex-blocks.ts";
import { type LatexNames, latexInline, latexNames, plainName } from "./latex-inline.ts";
import { articleHead, DEFINITIONS, fragmentHead } from "./latex-preamble.ts";
import { escapeCode, latexCode, latexText } from "./latex-text.ts";
import { OUTCOME_LOOKS } from "./outcome.ts";
import type { Rendered, RenderedFile } from "./rendered.ts";

export interface LatexOptions {
  /** Name of the file without its extension: pictures and bibliography are named after it. */
  readonly stem: string;
  /** A piece to \input into a paper instead of an article; labels and keys then start with the stem. */
  readonly fragment?: boolean;
  /** TrueType or OpenType fonts for the text of the pictures. */
  readonly fonts?: readonly Uint8Array[];
}

/**
 * The report as LaTeX, with the bibliography as a .bib file and the pictures as PDF files beside it.
 *
 * Any text is escaped; tables, equations and code are made to fit a line of {@link LINE_WIDTH}. The article needs the
 * packages named in its preamble, which Debian has in texlive-latex-base, texlive-latex-recommended and lmodern.
 */
export async function renderLatex(
  document: ReportDocument,
  { stem, fragment = false, fonts = [] }: LatexOptions,
): Promise<Rendered> {
  const name = plainName(stem).replaceAll(".", "-").replaceAll(":", "-");
  const keyPrefix = fragment ? `${name}:` : "";
  const names = latexNames(document, name, keyPrefix);
  const pictures = await drawPictures(document, `${name}-figures`, fonts);
  const graphics = new Map(pictures.map(({ id, file }) => [id, file.name]));
  const body = [
    summaryBox(document, names),
    ...document.sections.map((section) => latexSection(section, { names, graphics, isFragment: fragment })),
    stampOf(document.stamp),
  ];
  const { references } = document;
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  const bibliography: RenderedFile[] =
    references.length === 0 ? [] : [{ name: `${name}.bib`, bytes: encode(bibliographyFile(references, keyPrefix)) }];
  const hasReferences = references.length > 0;
  const parts = fragment
    ? [
        fragmentHead({ name, hasReferences, hasPictures: pictures.length > 0 }),
        DEFINITIONS,
        // The paper may be strict about the ends of lines; paths and hashes need some room.
        "\\begingroup\\emergencystretch=6em\\tolerance=9999\\hbadness=10000",
        ...body,
        "\\par\\endgroup",
      ]
    : [
        articleHead(document),
        DEFINITIONS,
        "\\begin{document}",
        titleOf(document),
        ...body,
        ...(references.length === 0 ? [] : [`\\bibliographystyle{plain}\n\\bibliography{${name}}`]),
        "\\end{document}",
      ];
  return { main: `${parts.join("\n\n")}\n`, files: [...pictures.map(({ file }) => file), ...bibliography] };
}

interface Picture {
  readonly id: string;
  readonly file: RenderedFile;
}

async function drawPictures(
  document: ReportDocument,
  folder: string,
  fonts: readonly Uint8Array[],
): Promise<Picture[]> {
  const isPicture = (block: Block): block is FigureBlock | ImageGrid =>
    block.kind === "figure" || block.kind === "images";
  const blocks = document.sections.flatMap(({ blocks }) => blocks.filter(isPicture));
  const pictures: Picture[] = [];
  if (blocks.length === 0) return pictures;
  // The plotting library takes a second to load.
  const { figureToPdf, imageGridToPdf } = await import("../figures/figure-pdf.ts");
  for (const block of blocks) {
    const bytes = await (block.kind === "figure"
      ? figureToPdf(block.figure, { fonts, title: block.description })
      : imageGridToPdf(block, { fonts, title: block.description }));
    const file = `${plainName(block.id).replace(/[.:]/g, "-")}.pdf`;
    pictures.push({ id: block.id, file: { name: `${folder}/${file}`, bytes } });
  }
  return pictures;
}

function titleOf({ title, stamp }: ReportDocument): string {
  const seed = stamp.seed === null ? "" : `, seed ${stamp.seed}`;
  return [
    `{\\LARGE\\bfseries\\raggedright ${latexText(title)}\\par}`,
    `\\smallskip\\noindent{\\small ${latexText(`${stamp.tool} ${stamp.version}${seed}`)}\\par}`,
  ].join("\n");
}

/** Colours that the colour-blind tell apart; the words say the same. */
const OUTCOME_COLOURS: Readonly<Record<Outcome, string>> = {
  determined: "0.835,0.369,0",
  failed: "0.835,0.369,0",
  isolated: "0.58,0.2,0.48",
  undetermined: "0,0.447,0.698",
  passed: "0,0.447,0.698",
  open: "0.45,0.45,0.45",
  computed: "0,0.4,0.43",
};

function summaryBox({ summary, outcome }: ReportDocument, names: LatexNames): string {
  const { name, tex } = OUTCOME_LOOKS[outcome];
  const colour = OUTCOME_COLOURS[outcome];
  const headline = `{\\color[rgb]{${colour}}$${tex}$ \\textbf{${latexText(name)}.}}`;
  return `\\kktidsummary{${colour}}{${headline} ${latexInline(summary, { names })}}`;
}

/** What makes the same report again. */
function stampOf({ tool, version, seed, inputHash, commands }: Stamp): string {
  const made = [`${tool} ${version}`, ...(seed === null ? [] : [`seed ${seed}`])].map((text) => latexText(text));
  if (inputHash !== null) made.push(`input ${latexCode(inputHash)}`);
  const lines = commands.map((command) => `\\noindent\\hangindent=2em {\\ttfamily ${escapeCode(command)}}\\par`);
  return [
    "\\begingroup\\small\\raggedright\\medskip\\hrule\\medskip",
    `\\noindent Made by ${made.join(", ")}.${lines.length === 0 ? "" : " Again, and checked:"}\\par`,
    ...lines,
    "\\endgroup",
  ].join("\n");
}
