// Writes the types of ../../openapi.yaml to src/generated/api.d.ts.
//
// This is openapi-typescript's Node API because its command has no setting for 64-bit numbers: it makes them `number`,
// which is another number above 2^53.
import { mkdir, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import ts from "typescript";

const bigint = ts.factory.createKeywordTypeNode(ts.SyntaxKind.BigIntKeyword);

const nodes = await openapiTS(new URL("../../openapi.yaml", import.meta.url), {
  transform: (schema) => (schema.format === "int64" ? bigint : undefined),
});

const folder = new URL("src/generated/", import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL("api.d.ts", folder), astToString(nodes));
