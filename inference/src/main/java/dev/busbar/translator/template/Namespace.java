package dev.busbar.translator.template;

import java.util.Map;

/** What a loop may set for those behind it; the members change. */
record Namespace(Map<String, Object> members) {}
