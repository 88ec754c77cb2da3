// A button that copies the field whose id stands in data-copy.
export function define(): void {
  const show = () => document.querySelectorAll<HTMLButtonElement>("button[data-copy][hidden]").forEach((b) => (b.hidden = false));
  show();
  document.addEventListener("click", async (e) => {
    const b = (e.target as Element).closest<HTMLButtonElement>("button[data-copy]");
    const f = b && (document.getElementById(b.dataset["copy"] ?? "") as HTMLInputElement | null);
    if (!b || !f) return;
    try {
      await navigator.clipboard.writeText(f.value);
    } catch {
      f.select(); // not allowed, or not a secure address: the reader presses the keys
      return;
    }
    const said = document.getElementById("said");
    if (said) said.textContent = b.dataset["done"] ?? "";
    b.textContent = b.dataset["done"] ?? b.textContent;
  });
}
