package dev.busbar.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The core reads from the first package to the last: each uses only those before it, the JDK's base and jspecify. */
class PackageOrderTest {

    private static final String ROOT = "dev/busbar/core/";
    private static final List<String> READING_ORDER =
            List.of("topology", "workload", "cluster", "candidate", "score", "placement", "verbs");
    private static final Path CLASSES = Path.of("target/classes");
    // A class named in a descriptor or a generic signature: Ljava/util/List<...
    private static final Pattern NAMED = Pattern.compile("L([a-z][\\w/]*/[A-Z][\\w$]*)[;<]");

    @Test
    void a_package_uses_only_those_above_it() throws IOException {
        var wrong = new ArrayList<String>();
        for (var file : classes()) {
            int here = place(nameOf(file));
            for (var used : used(file)) {
                if (used.startsWith(ROOT) && place(used) > here) {
                    wrong.add(nameOf(file) + " uses " + used);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void the_core_uses_nothing_but_the_base_of_the_jdk_and_jspecify() throws IOException {
        var base = ModuleLayer.boot()
                .findModule("java.base")
                .orElseThrow()
                .getDescriptor()
                .packages();
        var wrong = new ArrayList<String>();
        for (var file : classes()) {
            for (var used : used(file)) {
                var itsPackage = used.substring(0, used.lastIndexOf('/'));
                if (!used.startsWith(ROOT)
                        && !base.contains(itsPackage.replace('/', '.'))
                        && !itsPackage.equals("org/jspecify/annotations")) {
                    wrong.add(nameOf(file) + " uses " + used);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    @Test
    void the_order_names_each_package_that_there_is() throws IOException {
        var packages = classes().stream()
                .map(PackageOrderTest::nameOf)
                .map(name -> name.substring(ROOT.length()).replaceFirst("/.*", ""))
                .collect(Collectors.toSet());

        assertThat(READING_ORDER).containsAll(packages);
        assertThat(packages).contains("topology", "workload", "cluster");
    }

    private static int place(String className) {
        return READING_ORDER.indexOf(className.substring(ROOT.length()).replaceFirst("/.*", ""));
    }

    private static List<Path> classes() throws IOException {
        try (var files = Files.walk(CLASSES)) {
            return files.filter(file -> file.toString().endsWith(".class")).toList();
        }
    }

    private static String nameOf(Path file) {
        return CLASSES.relativize(file).toString().replace('\\', '/').replaceFirst("\\.class$", "");
    }

    private static Set<String> used(Path file) throws IOException {
        var used = new TreeSet<String>();
        for (var entry : ClassFile.of().parse(file).constantPool()) {
            if (entry instanceof ClassEntry type && !type.asInternalName().startsWith("[")) {
                used.add(type.asInternalName());
            }
            if (entry instanceof Utf8Entry text) {
                NAMED.matcher(text.stringValue()).results().forEach(found -> used.add(found.group(1)));
            }
        }
        return used;
    }
}
