/** What pods really hold, compared with what they were promised or expected to get. */
@NullMarked
package dev.busbar.server.devices;

import org.jspecify.annotations.NullMarked;
