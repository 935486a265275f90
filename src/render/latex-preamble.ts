import type { ReportDocument } from "../document/tree.ts";
import { latexBookmark } from "./latex-text.ts";

/** Packages that the body uses. */
const PACKAGES = ["amsmath", "amssymb", "amsthm", "array", "booktabs", "color", "graphicx", "longtable", "hyperref"];

/** Commands of the body; a fragment that was read before has defined them already. */
export const DEFINITIONS: string = String.raw`\providecommand{\kktidsection}{\section}
\providecommand{\texorpdfstring}[2]{#1}
\providecommand{\href}[2]{#2}
\ifdefined\kktidbox\else\newsavebox{\kktidbox}\fi
% Sets its argument, smaller where it is wider than the line.
\providecommand{\kktidfit}[1]{\sbox{\kktidbox}{#1}%
  \ifdim\wd\kktidbox>\linewidth\resizebox{\linewidth}{!}{\usebox{\kktidbox}}\else\usebox{\kktidbox}\fi}
\providecommand{\kktidsummary}[2]{\par\medskip\noindent{\color[rgb]{#1}\vrule width 3pt}\hspace{8pt}%
  \parbox[c]{\dimexpr\linewidth-11pt\relax}{\raggedright\strut #2\strut}\par\medskip}
% A table or a figure that stays where it is in the text.
\makeatletter
\providecommand{\kktidplaced}[2]{\if@twocolumn\begin{#1*}[tp]\centering
  \setlength{\abovecaptionskip}{6pt}\setlength{\belowcaptionskip}{6pt}#2\end{#1*}\else\kktidhere{#1}{#2}\fi}
\providecommand{\kktidhere}[2]{\par\addvspace{\medskipamount}\noindent\begin{minipage}{\linewidth}%
  \centering\def\@captype{#1}\setlength{\abovecaptionskip}{6pt}\setlength{\belowcaptionskip}{6pt}#2%
  \end{minipage}\par\addvspace{\bigskipamount}}
% A figure that may move to the top of a page, so that the text before it fills the page.
\providecommand{\kktidfloat}[1]{\if@twocolumn\begin{figure*}[tp]\centering #1\end{figure*}%
  \else\begin{figure}[htbp]\centering #1\end{figure}\fi}
\makeatother
% Equations: as they are, or a little smaller, or broken as in running text.
\providecommand{\kktidmath}[2]{\sbox{\kktidbox}{#1}%
  \ifdim\wd\kktidbox>1.25\linewidth\par\begingroup\small\raggedright\medskip #2\medskip\endgroup
  \else\[\kktidfit{#1}\]\fi}
\providecommand{\kktidline}[1]{\noindent\hangindent=2em #1\par}
\ifcsname kktidstatement\endcsname\else
  \ifdefined\theoremstyle\theoremstyle{definition}\fi
  \newtheorem{kktidstatement}{Statement}
  \ifdefined\theoremstyle\theoremstyle{plain}\fi
\fi`;

/** From the class to the definitions. */
export function articleHead({ title, stamp }: ReportDocument): string {
  const creator = latexBookmark(`${stamp.tool} ${stamp.version}`);
  return [
    `% Written by ${creator}. pdflatex, bibtex, pdflatex, pdflatex.`,
    "\\documentclass[11pt,a4paper]{article}",
    "\\usepackage[T1]{fontenc}",
    "\\usepackage{lmodern,textcomp,microtype}",
    "\\usepackage[margin=25mm]{geometry}",
    `\\usepackage{${PACKAGES.slice(0, -1).join(",")}}`,
    "\\usepackage[unicode,colorlinks]{hyperref}",
    "\\definecolor{kktidlink}{rgb}{0,0.25,0.5}",
    `\\hypersetup{allcolors=kktidlink,pdftitle={${latexBookmark(title)}},pdfcreator={${creator}},pdfproducer={}}`,
    // The same report is the same file: no date, no path of this machine.
    `\\ifdefined\\pdftrailerid\\pdftrailerid{${latexBookmark(stamp.inputHash ?? title)}}\\fi`,
    "\\ifdefined\\pdfsuppressptexinfo\\pdfsuppressptexinfo=-1 \\fi",
    "\\allowdisplaybreaks[2]",
    "\\emergencystretch=6em",
    // Figures may take most of a page beside text.
    "\\renewcommand{\\topfraction}{0.85}\\renewcommand{\\bottomfraction}{0.6}\\renewcommand{\\textfraction}{0.1}",
    "\\renewcommand{\\floatpagefraction}{0.8}",
    "\\makeatletter\\setlength{\\@fptop}{0pt}\\setlength{\\@fpsep}{\\textfloatsep}\\makeatother",
  ].join("\n");
}

interface FragmentParts {
  readonly name: string;
  readonly hasReferences: boolean;
  readonly hasPictures: boolean;
}

/** What a paper needs to take the fragment in. */
export function fragmentHead({ name, hasReferences, hasPictures }: FragmentParts): string {
  const lines = [
    "A fragment to \\input, in one column or two. The preamble of the paper needs",
    "  \\usepackage[T1]{fontenc}",
    "  \\usepackage{lmodern,textcomp}",
    `  \\usepackage{${PACKAGES.filter((name) => name !== "longtable").join(",")}}`,
    `Labels and keys start with ${name}:. For sections one level lower, before \\input:`,
    "  \\newcommand{\\kktidsection}{\\subsection}",
    ...(hasPictures
      ? [
          `The pictures are in ${name}-figures/. Where that is not beside the paper, before \\input:`,
          "  \\graphicspath{{folder/of/this/file/}}",
        ]
      : []),
    ...(hasReferences ? [`The works cited are in ${name}.bib: name it in \\bibliography.`] : []),
  ];
  return lines.map((line) => `% ${line}`).join("\n");
}
