package dev.busbar.testclusters.stack;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A query to Prometheus that stands in a manifest, and where. */
record Expression(String where, String promql) {
    private static final KubernetesSerialization JSON = new KubernetesSerialization();
    private static final Pattern NOT_NAMES = Pattern.compile(
            "\"[^\"]*\"|\\{[^}]*}|\\[[^]]*]|\\b(by|without|on|ignoring|group_left|group_right)\\s*\\([^)]*\\)");
    private static final Pattern SELECTION = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)\\{([^}]*)}");
    private static final Pattern MATCHED = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|!~|!=|=)");
    private static final Pattern GROUPED = Pattern.compile("\\bby\\s*\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*+(?!\\s*\\()");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset", "inf", "nan");

    /** All queries of the objects: rules, dashboards, analyses and what replicas are scaled by. */
    static List<Expression> of(List<HasMetadata> objects) {
        return objects.stream().flatMap(Expression::of).distinct().toList();
    }

    private static Stream<Expression> of(HasMetadata object) {
        var name = object.getKind() + " " + object.getMetadata().getName();
        if (object instanceof ConfigMap map
                && map.getMetadata().getLabels() != null
                && map.getMetadata().getLabels().containsKey("grafana_dashboard")) {
            return map.getData().values().stream().flatMap(json -> ofDashboard(name, json));
        }
        if (!(object instanceof GenericKubernetesResource resource)) {
            return Stream.empty();
        }
        return switch (object.getKind()) {
            case "PrometheusRule" ->
                list(resource.get("spec", "groups"))
                        .flatMap(group -> list(group.get("rules")))
                        .map(rule -> new Expression(name + " " + rule.get("alert"), text(rule.get("expr"))));
            case "AnalysisTemplate" -> {
                var arguments = new HashMap<String, String>();
                list(resource.get("spec", "args"))
                        .forEach(argument -> arguments.put(text(argument.get("name")), text(argument.get("value"))));
                yield list(resource.get("spec", "metrics"))
                        .map(metric ->
                                new Expression(name + " " + metric.get("name"), filled(query(metric), arguments)));
            }
            case "ScaledObject" ->
                list(resource.get("spec", "triggers"))
                        .map(trigger -> new Expression(
                                name, text(map(trigger.get("metadata")).get("query"))));
            default -> Stream.empty();
        };
    }

    private static Stream<Expression> ofDashboard(String name, String json) {
        return list(JSON.unmarshal(json, Map.class).get("panels"))
                .flatMap(panel -> list(panel.get("targets"))
                        .map(target -> new Expression(name + " " + panel.get("title"), text(target.get("expr")))));
    }

    private static String query(Map<?, ?> metric) {
        return text(map(map(metric.get("provider")).get("prometheus")).get("query"));
    }

    private static String filled(String query, Map<String, String> arguments) {
        var text = query;
        for (var argument : arguments.entrySet()) {
            text = text.replace("{{args.%s}}".formatted(argument.getKey()), argument.getValue());
        }
        return text;
    }

    private static Stream<Map<?, ?>> list(@Nullable Object value) {
        return value instanceof List<?> items ? items.stream().map(Expression::map) : Stream.empty();
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : String.valueOf(value);
    }

    /** The names of the metrics it reads. */
    Set<String> metrics() {
        var names = new TreeSet<String>();
        var matcher = NAME.matcher(NOT_NAMES.matcher(promql).replaceAll(" "));
        while (matcher.find()) {
            if (!WORDS.contains(matcher.group())) {
                names.add(matcher.group());
            }
        }
        return names;
    }

    /** A query for each label by which it selects a metric or groups them: the series that have it. */
    Set<String> labelled() {
        var queries = new TreeSet<String>();
        SELECTION
                .matcher(promql)
                .results()
                .forEach(selection -> MATCHED.matcher(selection.group(2))
                        .results()
                        .forEach(matched -> queries.add(having(selection.group(1), matched.group(1)))));
        GROUPED.matcher(promql)
                .results()
                .flatMap(grouped -> Stream.of(grouped.group(1).split(",")))
                .forEach(label -> metrics().forEach(metric -> queries.add(having(metric, label.strip()))));
        return queries;
    }

    private static String having(String metric, String label) {
        return "%s{%s!=\"\"}".formatted(metric, label);
    }
}
