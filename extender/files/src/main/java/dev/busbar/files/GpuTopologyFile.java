package dev.busbar.files;

import dev.busbar.core.workload.Nearest;
import dev.busbar.files.gputopology.GpuTopology;
import dev.busbar.files.gputopology.GpuTopologyCodec;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidFormatException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Reads a GpuTopology that a person wrote, and tells that person in their own words what is wrong. */
final class GpuTopologyFile {
    private GpuTopologyFile() {}

    static GpuTopology read(JsonNode document) {
        try {
            return GpuTopologyCodec.fromYaml(document);
        } catch (IllegalArgumentException e) {
            throw inPlainWords(e);
        }
    }

    private static BadInput inPlainWords(IllegalArgumentException e) {
        var message = e.getMessage() == null ? "" : e.getMessage();
        var path = message.contains(": ") ? message.substring(0, message.indexOf(": ")) : "";
        if (e.getCause() instanceof UnrecognizedPropertyException unknown) {
            var known = unknown.getKnownPropertyIds() == null
                    ? List.<String>of()
                    : unknown.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .toList();
            var hint = Nearest.hint(unknown.getPropertyName(), known);
            return new BadInput(
                    "%s is no field of a GpuTopology; there are %s%s"
                            .formatted(path, known.stream().collect(Collectors.joining(", ")), hint),
                    e);
        }
        if (e.getCause() instanceof InvalidFormatException wrong) {
            return new BadInput("%s (%s) must be %s".formatted(path, wrong.getValue(), kind(wrong.getTargetType())), e);
        }
        int problem = message.indexOf("problem: ");
        var text = problem < 0 ? message : path + ": " + message.substring(problem + "problem: ".length());
        return new BadInput(text.lines().findFirst().orElse(""), e);
    }

    private static String kind(Class<?> type) {
        if (type.isEnum()) {
            return "one of the words that the CRD lists";
        }
        return type == Integer.class || type == int.class ? "a whole number" : "a " + type.getSimpleName();
    }
}
