import { extname } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The file of this program, for whoever starts it again: from its sources or built. In this folder, because the build puts every
 * module of the CLI beside `main.js`.
 */
export const program = fileURLToPath(new URL(`./main${extname(import.meta.url)}`, import.meta.url));
