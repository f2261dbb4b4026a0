import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with package.json, from which this was compiled. */
export const packageFolder = above(dirname(fileURLToPath(import.meta.url)), "package.json");

/** Not copied to where tests are built, which lies inside the repository or its target folder. */
export function vectorsFolder(): string {
  const repository = process.env["LAHJA_REPOSITORY"] ?? above(packageFolder, "proto/vectors");
  return join(repository, "proto/vectors");
}

function above(folder: string, wanted: string): string {
  if (existsSync(join(folder, wanted))) return folder;
  if (dirname(folder) === folder) throw new Error(`there is no ${wanted} in any folder above`);
  return above(dirname(folder), wanted);
}
