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
  try {
    const res = await fetch(url, { headers: { Accept: "text/html" } });
    const html = await res.text();
    if (mine !== turn) return;
    const doc = new DOMParser().parseFromString(html, "text/html");
    const next = doc.querySelector("main");
    if (!next) throw new Error("no main");
    if (push) history.pushState({}, "", res.url);
    document.title = doc.title;
    // Read now, not when it was asked for: the reader went on meanwhile.
    const ticks = boxes();
    const keep = document.activeElement instanceof HTMLElement ? placeOf(document.activeElement) : null;
    const open = Array.from(main.querySelectorAll("details[open]"), placeOf);
    const places = push ? [] : heights(main);
    main.replaceWith(document.adoptNode(next));
    for (const [id, high] of places) hold(id, high);
    tick(ticks);
    for (const place of open) at(place)?.setAttribute("open", "");
    // Links that carry the address of the page (language, theme) change with it.
    const prefs = doc.querySelector(".prefs");
    if (prefs) document.querySelector(".prefs")?.replaceWith(document.adoptNode(prefs));
    if (keep) at(keep)?.focus({ preventScroll: true });
    const said = document.querySelector("#said");
    if (said) said.textContent = document.querySelector("main")?.dataset["said"] ?? "";
    refresh();
  } catch {
    location.assign(url);
  }
}

// What comes later takes up the place that was kept for it, so that nothing below it moves,
// unless that would leave a hole in the page.
const mostEmpty = 160;

function heights(main: Element): [string, number][] {
  return Array.from(main.querySelectorAll<HTMLElement>("[id][data-coming], [id][data-held]"), (el) => [el.id, el.offsetHeight]);
}

function hold(id: string, high: number): void {
  const el = document.getElementById(id);
  if (!el || el.offsetHeight >= high || high - el.offsetHeight > mostEmpty) return;
  el.style.minHeight = `${high}px`;
  el.dataset["held"] = "";
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

// A place is a selector and which of those that match. Without an id, a name or a key of
// its own, an element is one among its like in the nearest part that has an id: links
// are alike if they lead to the same address.
type Place = [selector: string, nth: number];

function placeOf(el: Element): Place {
  const selector = selectorOf(el);
  return [selector, Array.from(document.querySelectorAll(selector)).indexOf(el)];
}

function selectorOf(el: Element): string {
  const is = (name: string): string => {
    const value = el.getAttribute(name);
    return value ? `[${name}="${CSS.escape(value)}"]` : "";
  };
  if (el.id) return `#${CSS.escape(el.id)}`;
  const own = is("name") || is("data-key");
  if (own) return `main ${own}${el.matches("[type=checkbox]") ? is("value") : ""}`;
  const part = el.closest("[id]");
  return (part ? `#${CSS.escape(part.id)} ` : "") + el.tagName.toLowerCase() + is("href");
}

function at([selector, nth]: Place): HTMLElement | undefined {
  return document.querySelectorAll<HTMLElement>(selector)[nth];
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
