package dev.busbar.testclusters;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A KubeSchedulerConfiguration file as shipped, pointed at one cluster and one extender, else unchanged. */
record SchedulerConfig(Path file) {
    private static final Pattern URL_PREFIX = Pattern.compile("(?m)^([ -]*urlPrefix: ).*$");
    private static final Pattern KUBECONFIG = Pattern.compile("(?m)^( *kubeconfig: ).*$");

    String pointedAt(URI extender, Path kubeconfig) {
        try {
            var text = Files.readString(file);
            return replaceFirstOf(
                    KUBECONFIG, replaceFirstOf(URL_PREFIX, text, extender.toString()), kubeconfig.toString());
        } catch (IOException e) {
            throw new ClusterException("the scheduler's configuration (%s) could not be read".formatted(file), e);
        }
    }

    /** The first extender entry is the one that is called; a second one may stand there for its ignored resources. */
    private String replaceFirstOf(Pattern line, String text, String value) {
        var found = line.matcher(text);
        if (!found.find()) {
            throw new ClusterException("%s has no line that matches %s".formatted(file, line.pattern()));
        }
        return found.replaceFirst("$1" + Matcher.quoteReplacement(value));
    }
}
