// Escape in the card of the tour ends the tour, as its link does.
export function define(): void {
  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") (e.target as Element).closest("#tour")?.querySelector<HTMLAnchorElement>("[data-close]")?.click();
  });
}
