/** What a renderer makes: the document, and the files that it names. */
export interface Rendered {
  readonly main: string | Uint8Array;
  /** To be written beside the document, under these names. */
  readonly files: readonly RenderedFile[];
}

export interface RenderedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}
