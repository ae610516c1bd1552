// Everything here is extra: each page works without it.
import { refresh } from "./dom.js";
import "./swap.js";
import "./keys.js";
import "./suggest.js";
import "./rows.js";
import "./form.js";
import "./draft.js";
import "./upload.js";
import "./desk.js";
import "./turn.js";
import "./live.js";
import "./print.js";

document.documentElement.dataset.js = "";
refresh(document);
