/** How a terminal shows emphasis; plain text uses {@link plainStyle}. */
export interface TextStyle {
  readonly bold: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly open: (text: string) => string;
  readonly faint: (text: string) => string;
}

const unchanged = (text: string): string => text;

export const plainStyle: TextStyle = {
  bold: unchanged,
  good: unchanged,
  bad: unchanged,
  open: unchanged,
  faint: unchanged,
};
