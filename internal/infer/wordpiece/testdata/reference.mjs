// Makes NAME.ids.json from NAME.tokenizer.json and texts.json with Hugging Face's
// own library, so that our tokenizer is compared with it and not with itself:
//   go test ./internal/infer/wordpiece -run Reference -update   (writes the input)
//   npm install --ignore-scripts --prefix /tmp/tok tokenizers@0.23.2
//   NODE_PATH=/tmp/tok/node_modules node internal/infer/wordpiece/testdata/reference.mjs
import { createRequire } from "node:module";
import { readFileSync, writeFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const { Tokenizer } = createRequire(import.meta.url)("tokenizers");
const dir = dirname(fileURLToPath(import.meta.url));
const texts = JSON.parse(readFileSync(join(dir, "texts.json"), "utf8"));
for (const f of readdirSync(dir).filter((f) => f.endsWith(".tokenizer.json"))) {
  const tok = Tokenizer.fromString(readFileSync(join(dir, f), "utf8"));
  const ids = [];
  for (const t of texts) ids.push(Array.from((await tok.encode(t, null, { addSpecialTokens: true })).getIds()));
  const out = { made: "tokenizers 0.23.2 (npm)", ids };
  writeFileSync(join(dir, f.replace(".tokenizer.json", ".ids.json")), JSON.stringify(out) + "\n");
}
