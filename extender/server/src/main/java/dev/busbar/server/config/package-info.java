/** The one configuration file: read strictly, refused in words, and shown as it takes effect. */
@NullMarked
package dev.busbar.server.config;

import org.jspecify.annotations.NullMarked;
