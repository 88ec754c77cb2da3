// What the pages gain with JavaScript; without it they lack nothing but comfort.
// Each element is one file. See docs/frontend.md.
import { define as chart } from "./chart";
import { define as copy } from "./copy";
import { define as live } from "./live";
import { define as palette } from "./palette";
import { define as reason } from "./reason";
import { define as swap } from "./swap";
import { define as tour } from "./tour";
import { define as upload } from "./upload";

chart();
copy();
live();
palette();
reason();
swap();
tour();
upload();
