/** Writes docs/conditions.md from the table of conditions in the sources. */
import { writeFileSync } from "node:fs";
import { conditionsMarkdown } from "../src/report/conditions-markdown.ts";

writeFileSync(new URL("../docs/conditions.md", import.meta.url), conditionsMarkdown());
