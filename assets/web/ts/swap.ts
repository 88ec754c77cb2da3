// Choosing a filter replaces the main part of the page instead of loading the
// whole: the reader keeps place and focus. The address changes as it would
// without script, so going back, sharing and reloading work as ever.

let turn = 0;

async function go(url: string, push: boolean): Promise<void> {
  const mine = ++turn;
  if (push) tries = 0;
  const main = document.querySelector("main");
  if (!main) return;
  main.setAttribute("aria-busy", "true");
  const keep = document.activeElement instanceof HTMLElement ? selectorOf(document.activeElement) : "";
  try {
    const res = await fetch(url, { headers: { Accept: "text/html" } });
    const html = await res.text();
    if (mine !== turn) return;
    const doc = new DOMParser().parseFromString(html, "text/html");
    const next = doc.querySelector("main");
    if (!next) throw new Error("no main");
    if (push) history.pushState({}, "", res.url);
    document.title = doc.title;
    const ticks = boxes();
    main.replaceWith(document.adoptNode(next));
    tick(ticks);
    // Links that carry the address of the page (language, theme) change with it.
    const prefs = doc.querySelector(".prefs");
    if (prefs) document.querySelector(".prefs")?.replaceWith(document.adoptNode(prefs));
    if (keep) document.querySelector<HTMLElement>(keep)?.focus({ preventScroll: true });
    const said = document.querySelector("#said");
    if (said) said.textContent = document.querySelector("main")?.dataset["said"] ?? "";
    refresh();
  } catch {
    location.assign(url);
  }
}

// Ticks outlive sorting and filtering; those of rows that are not shown go along unseen.
function boxes(): HTMLInputElement[] {
  return Array.from(document.querySelectorAll<HTMLInputElement>("main input[type=checkbox][form], main input[data-kept]"));
}

function tick(before: HTMLInputElement[]): void {
  for (const was of before) {
    const on = was.checked || was.type === "hidden";
    const now = document.querySelector<HTMLInputElement>(`main input[form][value="${CSS.escape(was.value)}"]`);
    if (now) now.checked = on;
    else if (on) {
      const kept = document.createElement("input");
      Object.assign(kept, { type: "hidden", name: was.name, value: was.value });
      kept.dataset["kept"] = "";
      document.querySelector("#picks")?.append(kept);
    }
  }
}

function selectorOf(el: HTMLElement): string {
  if (el.id) return `#${CSS.escape(el.id)}`;
  const name = el.getAttribute("name");
  if (name) return `main [name="${CSS.escape(name)}"]`;
  const key = el.dataset["key"];
  return key ? `main [data-key="${CSS.escape(key)}"]` : "";
}

function onClick(e: MouseEvent): void {
  if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
  const a = (e.target as Element).closest<HTMLAnchorElement>("a[data-swap]");
  if (!a || a.origin !== location.origin) return;
  e.preventDefault();
  void go(a.href, true);
}

function formUrl(form: HTMLFormElement): string {
  const q = new URLSearchParams();
  for (const [k, v] of new FormData(form)) {
    if (typeof v === "string" && v.trim() !== "") q.append(k, v);
  }
  const s = q.toString();
  return form.action + (s ? `?${s}` : "");
}

// A page that waits for something (an import) asks again until it is there.
let timer = 0;
let tries = 0; // for panels that come later; some may never come
function refresh(): void {
  clearTimeout(timer);
  const wait = document.querySelector<HTMLElement>("[data-refresh]");
  const after = wait ? Number(wait.dataset["refresh"]) : document.querySelector("[data-coming]") && tries++ < 15 ? Math.min(3000, 300 * tries) : 0;
  if (after) timer = setTimeout(again, after);
}

// What is being filled in is not taken away by a page that asks again.
function again(): void {
  if (document.activeElement?.matches("main input, main select, main textarea")) timer = setTimeout(again, 1000);
  else void go(location.href, false);
}

export function define(): void {
  // From now on pages need not wait for their slow parts: they are asked for below.
  document.cookie = "scripts=1;path=/;samesite=lax";
  document.addEventListener("click", onClick);
  document.addEventListener("change", (e) => {
    const field = e.target as HTMLElement;
    const form = field.closest<HTMLFormElement>("form[data-swap]");
    if (form && field instanceof HTMLSelectElement) void go(formUrl(form), true);
  });
  document.addEventListener("submit", (e) => {
    const form = e.target as HTMLFormElement;
    if (!form.matches("form[data-swap]")) return;
    e.preventDefault();
    void go(formUrl(form), true);
  });
  addEventListener("popstate", () => void go(location.href, false));
  refresh();
}
