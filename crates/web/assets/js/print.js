// The browser's own print; the style sheet knows paper.
import { on } from "./dom.js";

on("click", "[data-print]", () => window.print());
