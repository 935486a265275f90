/** `^{…}` in a text of a figure is a superscript; `finish-svg` sets it as one. */
export const SUPERSCRIPT: RegExp = /\^\{([^}]*)\}/;

/** A number for a label: two significant digits, powers of ten as such. */
export function numberText(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e5) return minus(String(Number(value.toPrecision(2))));
  const [mantissa, exponent] = value.toExponential(1).split("e") as [string, string];
  const power = `10^{${minus(String(Number(exponent)))}}`;
  return mantissa === "1.0" ? power : `${minus(String(Number(mantissa)))}×${power}`;
}

/** 10^k for an axis. */
export function powerText(exponent: number): string {
  return `10^{${minus(String(exponent))}}`;
}

/** Numbers such as -1.2e-5 within a text, as they are printed. */
export function exponentsRaised(text: string): string {
  return text.replace(
    /(?<![\w.])(-?)(\d+(?:\.\d+)?)(?:e([+-]?\d+))?(?![\w.])/g,
    (_, sign: string, digits: string, exponent?: string) =>
      `${minus(sign)}${digits}${exponent === undefined ? "" : `×10^{${minus(String(Number(exponent)))}}`}`,
  );
}

/** With the sign of mathematics in place of the hyphen. */
export function minus(text: string): string {
  return text.replaceAll("-", "−");
}

const NARROW = /[ijlI.,:;'|!()[\]{} ]/;
const WIDE = /[mwMWA-Z≥≤=+−×]/;

/** An estimate from above of the width of a text, in units of its font size times `fontSize`. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const [part, scale] of splitScripts(text)) {
    for (const character of part) width += scale * (NARROW.test(character) ? 0.32 : WIDE.test(character) ? 0.78 : 0.55);
  }
  return width * fontSize;
}

function splitScripts(text: string): [string, number][] {
  return text.split(/(\^\{[^}]*\})/).map((part) => {
    const script = SUPERSCRIPT.exec(part);
    return script ? [script[1]!, 0.7] : [part, 1];
  });
}

/** The text, shortened with an ellipsis where it is wider than `width`. */
export function fitText(text: string, width: number, fontSize: number): string {
  if (textWidth(text, fontSize) <= width) return text;
  const characters = [...text];
  while (characters.length > 1 && textWidth(`${characters.join("")}…`, fontSize) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}
