// <a-chart> lets pointer and arrow keys read a chart, value by value. The values
// are those of the table that follows the chart, so nothing is sent twice and
// what is read out is what the table says.

const SVG = "http://www.w3.org/2000/svg";

class Chart extends HTMLElement {
  private rows: HTMLTableRowElement[] = [];
  private heads: string[] = [];
  private mark: SVGElement | null = null;
  private readout: HTMLElement | null = null;
  private svg: SVGSVGElement | null = null;
  private kind: "steps" | "rows" | "marks" = "steps";
  private at = -1;

  connectedCallback(): void {
    const svg = this.querySelector<SVGSVGElement>("svg.chart");
    if (!svg || this.readout) return;
    this.svg = svg;
    // A click on an area or a line leads where its row in the table leads.
    svg.addEventListener("click", (e) => {
      const href = (e.target as Element).closest<SVGElement>("[data-href]")?.dataset["href"];
      if (href) location.assign(href);
    });
    const table = this.closest(".card")?.querySelector<HTMLTableElement>("table[data-twin]");
    if (!table || !this.dataset["hint"]) return;
    this.heads = Array.from(table.tHead?.rows[0]?.cells ?? [], (c) => text(c));
    this.rows = Array.from(table.tBodies[0]?.rows ?? []);
    const steps = Number(svg.dataset["n"] ?? 0);
    if (svg.querySelector("[data-href]")) this.kind = "marks";
    else if (svg.querySelector(".row-label")) this.kind = "rows";
    else if (this.rows.length !== steps || steps < 2) return;

    this.readout = document.createElement("p");
    this.readout.className = "readout";
    this.readout.setAttribute("role", "status");
    this.readout.textContent = this.dataset["hint"] ?? "";
    this.after(this.readout);

    this.tabIndex = 0;
    this.setAttribute("role", "group");
    this.setAttribute("aria-label", this.dataset["label"] ?? "");
    svg.addEventListener("pointermove", (e) => this.point(svg, e));
    svg.addEventListener("pointerdown", (e) => this.point(svg, e));
    svg.addEventListener("pointerleave", () => this.show(-1));
    this.addEventListener("keydown", (e) => this.key(e));
    this.addEventListener("blur", () => this.show(-1));
  }

  private point(svg: SVGSVGElement, e: PointerEvent): void {
    const box = svg.getBoundingClientRect();
    const last = this.rows.length - 1;
    if (this.kind === "marks") {
      const g = (e.target as Element).closest<SVGElement>("[data-href]");
      this.show(g ? this.rows.findIndex((r) => this.markOf(r) === g) : -1);
    } else if (this.kind === "rows") {
      this.show(Math.min(last, Math.floor(((e.clientY - box.top) / box.height) * this.rows.length)));
    } else {
      const x = (e.clientX - box.left) / box.width;
      this.show(Math.round(Math.min(1, Math.max(0, x)) * last));
    }
  }

  private key(e: KeyboardEvent): void {
    const last = this.rows.length - 1;
    const from = this.at < 0 ? (this.kind === "steps" ? last : 0) : this.at;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, ArrowUp: from - 1, ArrowDown: from + 1, Home: 0, End: last, PageUp: from - 10, PageDown: from + 10 }[e.key];
    if (e.key === "Escape") {
      this.show(-1);
      return;
    }
    if (to === undefined) return;
    e.preventDefault();
    this.show(this.at < 0 && e.key.startsWith("Arrow") ? from : Math.min(last, Math.max(0, to)));
  }

  // The drawing of a row: both have the same link.
  private markOf(row: HTMLTableRowElement): SVGElement | null {
    for (const a of row.querySelectorAll("a")) {
      const g = this.svg?.querySelector<SVGElement>(`[data-href="${CSS.escape(a.getAttribute("href") ?? "")}"]`);
      if (g) return g;
    }
    return null;
  }

  private show(i: number): void {
    const row = this.rows[i];
    if (this.kind === "marks") this.mark?.classList.remove("at");
    else this.mark?.remove();
    this.mark = null;
    this.at = row ? i : -1;
    if (!this.readout || !this.svg) return;
    if (!row) {
      this.readout.textContent = this.dataset["hint"] ?? "";
      return;
    }
    if (this.kind === "marks") {
      this.mark = this.markOf(row);
      this.mark?.classList.add("at");
    } else if (this.kind === "rows") {
      const h = 100 / this.rows.length;
      this.mark = this.draw("rect", { class: "row-at", x: "0", width: "100%", y: `${i * h}%`, height: `${h}%` });
    } else {
      const top = Number(this.svg.dataset["top"]);
      const x = `${(i / (this.rows.length - 1)) * 100}%`;
      this.mark = this.draw("line", { class: "cursor", x1: x, x2: x, y1: String(top), y2: String(top + Number(this.svg.dataset["plot"])) });
    }
    const parts: Node[] = [];
    Array.from(row.cells).forEach((cell, k) => {
      if (!text(cell)) return;
      const b = document.createElement("b");
      b.textContent = text(cell);
      if (parts.length > 0) parts.push(document.createTextNode(` · ${this.heads[k] ?? ""} `));
      parts.push(b);
    });
    this.readout.replaceChildren(...parts);
  }

  private draw(name: string, attrs: Record<string, string>): SVGElement {
    const el = document.createElementNS(SVG, name);
    for (const [k, v] of Object.entries(attrs)) el.setAttribute(k, v);
    this.svg?.append(el);
    return el;
  }
}

function text(n: Node): string {
  return (n.textContent ?? "").trim();
}

export function define(): void {
  customElements.define("a-chart", Chart);
}
