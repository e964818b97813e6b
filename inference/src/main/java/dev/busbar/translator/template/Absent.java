package dev.busbar.translator.template;

/** A value that says nothing: given as nothing, or never given. */
enum Absent {
    NONE,
    UNDEFINED
}
