// The command palette: "/" or Ctrl-K opens a dialog that leads to pages, entities and
// departments by keyboard alone. The server finds and escapes; without script the
// search field beside the pages leads to the same places.

let turn = 0;

async function offer(list: HTMLElement, input: HTMLInputElement): Promise<void> {
  const mine = ++turn;
  const res = await fetch(`/buscar/opciones?q=${encodeURIComponent(input.value)}`).catch(() => null);
  if (!res?.ok) return;
  const html = await res.text();
  if (mine !== turn) return;
  list.innerHTML = html;
  mark(list, input, 0);
}

function mark(list: HTMLElement, input: HTMLInputElement, to: number): void {
  const all = Array.from(list.children);
  const at = all.length ? (to + all.length) % all.length : -1;
  all.forEach((li, i) => li.setAttribute("aria-selected", String(i === at)));
  all[at]?.scrollIntoView({ block: "nearest" });
  input.setAttribute("aria-expanded", String(at >= 0));
  if (at >= 0) input.setAttribute("aria-activedescendant", `palette-${at}`);
  else input.removeAttribute("aria-activedescendant");
}

function chosen(list: HTMLElement): number {
  return Array.from(list.children).findIndex((li) => li.getAttribute("aria-selected") === "true");
}

function go(li: Element | undefined): void {
  const href = li instanceof HTMLElement ? li.dataset["href"] : "";
  if (href) location.assign(href);
}

export function define(): void {
  const box = document.querySelector<HTMLDialogElement>("#palette");
  const input = box?.querySelector("input");
  const list = box?.querySelector("ul");
  if (!box || !input || !list) return;
  document.querySelector(".side-search kbd")?.removeAttribute("hidden");
  addEventListener("keydown", (e) => {
    const typing = (e.target as Element).closest?.("input, textarea, select, [contenteditable]");
    const asked = (e.key === "k" && (e.ctrlKey || e.metaKey)) || (e.key === "/" && !typing && !e.ctrlKey && !e.metaKey && !e.altKey);
    if (!asked || box.open) return;
    e.preventDefault();
    input.value = "";
    box.showModal();
    void offer(list, input);
  });
  input.addEventListener("input", () => void offer(list, input));
  input.addEventListener("keydown", (e) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      mark(list, input, chosen(list) + step);
    }
  });
  box.querySelector("form")?.addEventListener("submit", (e) => {
    const li = list.children[chosen(list)];
    if (!li) return;
    e.preventDefault();
    go(li);
  });
  list.addEventListener("click", (e) => go((e.target as Element).closest("li") ?? undefined));
  box.addEventListener("click", (e) => {
    if (e.target === box) box.close();
  });
}
