/** The real scheduler places GPU pods through Busbar, and what the API server shows afterwards is judged. */
@NullMarked
package dev.busbar.testclusters.e2e;

import org.jspecify.annotations.NullMarked;
