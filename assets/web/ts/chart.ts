// <a-chart> lets pointer and arrow keys read a chart, value by value. The values
// are those of the table that follows the chart, so nothing is sent twice and
// what is read out is what the table says.

const SVG = "http://www.w3.org/2000/svg";

class Chart extends HTMLElement {
  private rows: HTMLTableRowElement[] = [];
  private heads: string[] = [];
  private line: SVGLineElement | null = null;
  private readout: HTMLElement | null = null;
  private at = -1;

  connectedCallback(): void {
    const svg = this.querySelector<SVGSVGElement>("svg.chart");
    if (!svg) return;
    if (svg.classList.contains("chart-map")) {
      this.map(svg);
      return;
    }
    const steps = Number(svg.dataset["n"] ?? 0);
    const table = this.closest(".card")?.querySelector<HTMLTableElement>("table[data-twin]");
    if (!table || steps < 2) return;
    this.heads = Array.from(table.tHead?.rows[0]?.cells ?? [], (c) => text(c));
    this.rows = Array.from(table.tBodies[0]?.rows ?? []);
    if (this.rows.length !== steps) return;

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
    svg.addEventListener("pointerleave", () => this.show(svg, -1));
    this.addEventListener("keydown", (e) => this.key(svg, e));
    this.addEventListener("blur", () => this.show(svg, -1));
  }

  private point(svg: SVGSVGElement, e: PointerEvent): void {
    const box = svg.getBoundingClientRect();
    const x = (e.clientX - box.left) / box.width;
    this.show(svg, Math.round(Math.min(1, Math.max(0, x)) * (this.rows.length - 1)));
  }

  private key(svg: SVGSVGElement, e: KeyboardEvent): void {
    const last = this.rows.length - 1;
    const from = this.at < 0 ? last : this.at;
    const to = { ArrowLeft: from - 1, ArrowRight: from + 1, Home: 0, End: last, PageUp: from - 10, PageDown: from + 10 }[e.key];
    if (e.key === "Escape") {
      this.show(svg, -1);
      return;
    }
    if (to === undefined) return;
    e.preventDefault();
    this.show(svg, this.at < 0 && to < last && e.key !== "Home" ? last : Math.min(last, Math.max(0, to)));
  }

  private show(svg: SVGSVGElement, i: number): void {
    this.at = i;
    const row = this.rows[i];
    if (!row || !this.readout) {
      this.line?.remove();
      this.line = null;
      if (this.readout) this.readout.textContent = this.dataset["hint"] ?? "";
      return;
    }
    if (!this.line) {
      this.line = document.createElementNS(SVG, "line");
      this.line.setAttribute("class", "cursor");
      const top = Number(svg.dataset["top"]);
      this.line.setAttribute("y1", String(top));
      this.line.setAttribute("y2", String(top + Number(svg.dataset["plot"])));
      svg.append(this.line);
    }
    const x = `${(i / (this.rows.length - 1)) * 100}%`;
    this.line.setAttribute("x1", x);
    this.line.setAttribute("x2", x);
    const parts: Node[] = [];
    Array.from(row.cells).forEach((cell, k) => {
      const b = document.createElement("b");
      b.textContent = text(cell);
      if (k > 0) parts.push(document.createTextNode(` · ${this.heads[k] ?? ""} `));
      parts.push(b);
    });
    this.readout.replaceChildren(...parts);
  }

  // A click on an area leads where its row in the table leads.
  private map(svg: SVGSVGElement): void {
    svg.addEventListener("click", (e) => {
      const href = (e.target as Element).closest<SVGElement>("[data-href]")?.dataset["href"];
      if (href) location.assign(href);
    });
  }
}

function text(n: Node): string {
  return (n.textContent ?? "").trim();
}

export function define(): void {
  customElements.define("a-chart", Chart);
}
